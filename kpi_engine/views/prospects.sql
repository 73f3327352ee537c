-- One row per month and stage of the deals open at the end of $as_of, by expected close or by delivery. Grain: timing, month, stage.
with

open_deals as (
    select changes.*, case when $by_delivery::boolean then deals.delivery_date else changes.expected_close_date end as due
    from (
        select *
        from fct_changes
        where
            change_date <= $as_of::date and (left_date is null or left_date > $as_of::date) and kind = 'open' and {condition}
    ) as changes
    left join fct_deals as deals on deals.deal_id = changes.deal_id
),

timed as (
    select
        case
            when due is null then 'none'
            when due < $as_of::date then 'overdue'
            when due >= $horizon::date then 'later'
            else 'month'
        end as timing,
        date_trunc('month', due)::date as due_month,
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
    case when timing = 'month' then due_month end as month,
    timed.stage,
    coalesce(min(ordered.stage_order), 0) as stage_order,
    coalesce(sum(amount), 0)::double as value,
    coalesce(sum(amount * p.probability), 0)::double as expected_value,
    count(*) as deals,
    count(amount) as deals_with_amount
from timed
left join ordered on timed.stage = ordered.stage
left join dim_stage_probability as p on p.pipeline = timed.in_pipeline and p.stage = timed.stage
group by all
order by all
