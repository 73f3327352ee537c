-- The stage history as a CRM would export it. Grain: Deal ID, Changed At.
select
    deal_id as "Deal ID",
    strftime(changed_at, '%Y-%m-%d %H:%M:%S') as "Changed At",
    stage as "Stage",
    amount as "Amount",
    owner as "Owner"
from synthetic_history
order by i, step
