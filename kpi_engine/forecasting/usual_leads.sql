-- How long the deals won by $as_of still took from each stage they had been in, to the order and to the delivery. Grain: pipeline, stage.
with

deals as (
    select * from {deals} as seen
),

entered as (
    select deal_id, stage, min(entered_date) as entered_date
    from fct_transitions
    where kind = 'open' and entered_date <= $as_of::date
    group by deal_id, stage
),

-- Deals typed in on the first day of the data had been in their stage for longer.
first_day as (
    {first_day}
),

won as (
    select
        coalesce(deals.pipeline, '') as pipeline,
        entered.stage,
        deals.closed_date - entered.entered_date as close_days,
        deals.delivery_date - entered.entered_date as delivery_days,
        deals.delivery_date - deals.closed_date as signed_days
    from deals
    inner join entered on entered.deal_id = deals.deal_id
    cross join first_day
    where deals.status = 'won' and deals.closed_date <= $as_of::date and entered.entered_date <= deals.closed_date
        and not (first_day.is_typed_in and entered.entered_date = first_day.day)
)

select
    pipeline,
    stage,
    count(*) as close_n,
    percentile_disc(0.5) within group (order by close_days) as close_days,
    count(delivery_days) as delivery_n,
    percentile_disc(0.5) within group (order by delivery_days) as delivery_days,
    percentile_disc(0.5) within group (order by signed_days) as signed_days
from won
group by pipeline, stage
order by pipeline, stage
