-- One row per deal, others without their names. Grain: deal_id.
create or replace temp view fct_deals as
select
    deals.* replace (
        names.shown as owner,
        (deals.amount * sharing.factor)::decimal(18, 2) as amount,
        (deals.amount_original * sharing.factor)::decimal(18, 2) as amount_original,
        regexp_replace(deals.deal_name, sharing.others, 'a colleague', 'g') as deal_name,
        regexp_replace(deals.account, sharing.others, 'a colleague', 'g') as account,
        regexp_replace(deals.contact, sharing.others, 'a colleague', 'g') as contact,
        regexp_replace(deals.next_step, sharing.others, 'a colleague', 'g') as next_step,
        regexp_replace(deals.lost_reason, sharing.others, 'a colleague', 'g') as lost_reason,
        regexp_replace(deals.exception_reason, sharing.others, 'a colleague', 'g') as exception_reason
    )
from {whole}.fct_deals as deals
cross join sharing
left join shared_names as names using (owner)
