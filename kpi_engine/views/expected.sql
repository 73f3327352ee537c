-- One row per expected month and stage of the deals open at the end of $as_of, at the win chances in force on it. Grain: timing, month, stage.
with

timed as (
    {deals}
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
    coalesce(sum(amount * p.probability), 0)::double as expected_value,
    count(*) as deals,
    count(amount) as deals_with_amount
from timed
left join ordered on timed.stage = ordered.stage
left join {chances} as p on p.pipeline = timed.in_pipeline and p.stage = timed.stage
group by all
order by all
