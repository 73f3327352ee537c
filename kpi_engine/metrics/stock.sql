-- What was open at the end of each period, as running sums of daily changes. Grain: the columns asked for, period_end.
with

{first}
-- A stage without a probability would quietly be worth nothing: better to stop.
stages as (
    select
        keys.stage_key,
        keys.pipeline,
        keys.stage,
        case
            when p.probability is null then error('no probability for stage ' || keys.stage)
            else p.probability
        end as probability
    from key_stages as keys
    left join {chances} as p
        on coalesce(keys.pipeline, '') = p.pipeline and keys.stage = p.stage
    where keys.stage_key in (select stage_key from {days})
),

-- All is summed over small numbers, words are looked up for what is left: a large pipeline costs a fraction so.
by_key as (
    select
        {keys}
        {period_start} as period_start,
        {sums}
    from {days} as days
    inner join stages on stages.stage_key = days.stage_key
    {joins}
    where
        change_date <= $until::date
        and (not is_undated or not $dated_only::boolean)
        and {condition}
    group by all
),

calendar as (
    {calendar}
),

every_group as (
    {every_group}
),

running as (
    select
        {grid_groups}
        calendar.period_start,
        calendar.period_end,
        calendar.is_part_period,
        {running}
    from calendar
    cross join every_group
    left join by_key on calendar.period_start = by_key.period_start {same_group}
    window so_far as ({partition} order by calendar.period_start rows unbounded preceding)
)

select
    {dimensions}
    period_start,
    period_end,
    is_part_period,
    {results}
from running
{names}
where $since::date is null or period_end >= $since::date
order by {order}
