-- What happened between two dates, bounds included. Grain: the columns asked for, period_start.
with

happened as (
    select
        *,
        {dimensions}
        {start_of_period} as happened_in,
        {dated} and ($since::date is null or {time} >= $since::date) and ($until::date is null or {time} <= $until::date)
            as is_inside
    from {model}
    where {condition}
),

numbers as (
    select
        {groups}
        happened_in,
        {sums}
    from happened
    where is_inside
    group by all
),

-- Cases that belong to it and cannot be placed: they have no date.
without_date as (
    select
        {groups}
        {undated}
    from happened
    where {time} is null
    group by all
),

calendar as (
    {calendar}
),

every_group as (
    {every_group}
)

select
    {grid_groups}
    calendar.period_start,
    {results}
from calendar
cross join every_group
left join numbers on calendar.period_start is not distinct from numbers.happened_in {same_group}
left join without_date on true {same_group_undated}
order by {order}
