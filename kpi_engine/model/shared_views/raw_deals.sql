-- One row per line of a deals export, without whose it is said to be: what was written of people is told by the facts. Grain: import_id, line.
create or replace temp view raw_deals as
select
    deals.* replace (
        null::varchar as owner,
        null::varchar as team,
        (deals.amount * sharing.factor)::decimal(18, 2) as amount,
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
from {whole}.raw_deals as deals
cross join sharing
