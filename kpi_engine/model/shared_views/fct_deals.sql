-- One row per deal, others without their names. Grain: deal_id.
create or replace temp view fct_deals as
select
    deals.* replace (
        names.shown as owner,
        (deals.amount * sharing.factor)::decimal(18, 2) as amount,
        (deals.amount_original * sharing.factor)::decimal(18, 2) as amount_original,
        shown_pipeline(deals.pipeline) as pipeline,
        masked(deals.source) as source,
        masked(deals.segment) as segment,
        masked(deals.product) as product,
        masked(deals.deal_name) as deal_name,
        masked(deals.account) as account,
        masked(deals.contact) as contact,
        masked(deals.next_step) as next_step,
        masked(deals.lost_reason) as lost_reason,
        masked(deals.exception_reason) as exception_reason
    )
from {whole}.fct_deals as deals
cross join sharing
left join shared_names as names using (owner)
