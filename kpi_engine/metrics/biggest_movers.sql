-- One row per deal: what it added to expected value in all, and what added most of it. Grain: deal_id.
with

booked as (
    {booked}
),

by_cause as (
    select
        deal_id,
        cause,
        sum(change)::decimal(38, 8) as change
    from booked
    group by deal_id, cause
),

by_deal as (
    select
        deal_id,
        sum(change)::decimal(38, 8) as change,
        arg_max(cause, (abs(change), cause)) as main_cause
    from by_cause
    group by deal_id
)

select
    by_deal.deal_id,
    d.deal_name,
    d.account,
    d.owner,
    d.stage,
    d.amount,
    by_deal.main_cause as cause,
    by_deal.change
from by_deal
left join fct_deals as d on by_deal.deal_id = d.deal_id
where by_deal.change <> 0
order by abs(by_deal.change) desc, by_deal.deal_id
limit $most
