-- For how long the deals won by $as_of were left alone at most, per pipeline: four fifths of them never for longer than this. Grain: pipeline.
with

deals as (
    select * from {deals} as seen
),

-- Deals typed in on the first day of the data began earlier: when they were first spoken to is not known.
first_day as (
    {first_day}
),

won as (
    select deals.deal_id, coalesce(deals.pipeline, '') as pipeline, deals.created_date, deals.closed_date
    from deals
    cross join first_day
    where deals.status = 'won' and deals.closed_date between deals.created_date and $as_of::date
        and not (first_day.is_typed_in and deals.created_date = first_day.day)
),

done as (
    select won.deal_id, activities.occurred_date
    from won
    inner join fct_activities as activities on activities.deal_id = won.deal_id
    where coalesce(activities.is_done, true)
        and activities.occurred_date between won.created_date and won.closed_date
),

points as (
    select deal_id, occurred_date as day from done
    union
    select deal_id, created_date from won where deal_id in (select deal_id from done)
    union
    select deal_id, closed_date from won where deal_id in (select deal_id from done)
),

pauses as (
    select deal_id, day - lag(day) over (partition by deal_id order by day) as days
    from points
),

longest as (
    select deal_id, coalesce(max(days), 0) as days
    from pauses
    group by deal_id
)

select
    won.pipeline,
    count(*) as n,
    percentile_disc(0.8) within group (order by longest.days) as days
from longest
inner join won on won.deal_id = longest.deal_id
group by won.pipeline
order by won.pipeline
