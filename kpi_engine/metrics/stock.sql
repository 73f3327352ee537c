-- What was open at the end of each period, as running sums of daily changes. Grain: the columns asked for, period_end.
with

changes as (
    select
        {dimensions}
        change_date,
        pipeline as in_pipeline,
        stage as in_stage,
        evidence,
        {sum}(amount_change) as amount_change,
        {sum}(deals_change) as deals_change,
        {sum}(deals_without_amount_change) as deals_without_amount_change
    from fct_pipeline_day
    where
        change_date <= $until::date
        and (not is_undated or not $dated_only::boolean)
        and {condition}
    {group_by}
),

-- A stage without a probability would quietly be worth nothing: better to stop.
priced as (
    select
        changes.*,
        case
            when p.probability is null then error('no probability for stage ' || changes.in_stage)
            else p.probability
        end as probability
    from changes
    left join dim_stage_probability as p
        on coalesce(changes.in_pipeline, '') = p.pipeline and changes.in_stage = p.stage
),

by_period as (
    select
        {groups}
        {period_start} as period_start,
        {sums}
    from priced
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
    left join by_period on calendar.period_start = by_period.period_start {same_group}
    window so_far as ({partition} order by calendar.period_start)
)

select *
from running
where $since::date is null or period_end >= $since::date
order by {order}
