-- The deals as a CRM would export them. Grain: Deal ID.
with

ends as (
    select i, max(changed_at) as last_at, arg_max(stage, step) as stage, arg_max(amount, step) as amount
    from synthetic_history
    group by i
)

select
    deals.deal_id as "Deal ID",
    'Deal number ' || deals.i::varchar as "Deal Name",
    'Account ' || (deals.i % 50000)::varchar as "Account",
    deals.owner as "Owner",
    deals.team as "Team",
    'Sales' as "Pipeline",
    ends.stage as "Stage",
    deals.status as "Status",
    ends.amount as "Amount",
    deals.source as "Lead Source",
    deals.product as "Product",
    deals.segment as "Segment",
    strftime(deals.created_at, '%Y-%m-%d') as "Created Date",
    strftime(ends.last_at + interval 45 day, '%Y-%m-%d') as "Expected Close Date",
    case when deals.status <> 'Open' then strftime(ends.last_at, '%Y-%m-%d') end as "Closed Date"
from synthetic_deals as deals
inner join ends using (i)
order by deals.i
