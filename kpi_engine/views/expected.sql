-- One row per expected month and stage of the deals open at the end of $as_of. Grain: timing, month, stage.
with

open_deals as (
    select *
    from fct_changes
    where change_date <= $as_of::date and (left_date is null or left_date > $as_of::date) and kind = 'open' and {condition}
),

timed as (
    select
        case
            when expected_close_date is null then 'none'
            when expected_close_date < $as_of::date then 'overdue'
            when expected_close_date >= $horizon::date then 'later'
            else 'month'
        end as timing,
        date_trunc('month', expected_close_date)::date as expected_month,
        coalesce(pipeline, '') as in_pipeline,
        stage,
        amount
    from open_deals
),

ordered as (
    select stage, min(stage_order) as stage_order from dim_stages group by all
)

select
    timing,
    case when timing = 'month' then expected_month end as month,
    timed.stage,
    coalesce(min(ordered.stage_order), 0) as stage_order,
    coalesce(sum(amount), 0)::double as value,
    count(*) as deals,
    count(amount) as deals_with_amount
from timed
left join ordered on timed.stage = ordered.stage
group by all
order by all
