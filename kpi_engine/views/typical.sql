-- The open deals without an amount at the end of $as_of, by stage and by whose won amounts they are valued at. Grain: stage, stage_order, basis.
with

won as (
    select coalesce(pipeline, '') as in_pipeline, product, amount
    from fct_deals
    where kind in ('won', 'paid') and closed_date <= $as_of::date and amount is not null
),

sizes as (
    select
        in_pipeline,
        product,
        avg(amount)::decimal(18, 2) as mean,
        coalesce(var_samp(amount), 0) as variance,
        count(*) as won,
        concat_ws(' / ', grouping(in_pipeline), in_pipeline, product) as basis
    from won
    group by grouping sets ((in_pipeline, product), (in_pipeline), ())
    having count(*) >= $min_wins
        and (grouping(product) = 1 or product is not null)
),

open_deals as (
    select coalesce(pipeline, '') as in_pipeline, stage, product
    from fct_changes
    where change_date <= $as_of::date and (left_date is null or left_date > $as_of::date) and kind = 'open'
        and amount is null and {condition}
),

valued as (
    select
        open_deals.in_pipeline,
        open_deals.stage,
        coalesce(of_product.mean, of_pipeline.mean, of_all.mean) as mean,
        coalesce(of_product.variance, of_pipeline.variance, of_all.variance) as variance,
        coalesce(of_product.won, of_pipeline.won, of_all.won) as won,
        coalesce(of_product.basis, of_pipeline.basis, of_all.basis) as basis
    from open_deals
    left join sizes as of_product
        on of_product.in_pipeline = open_deals.in_pipeline and of_product.product = open_deals.product
    left join sizes as of_pipeline
        on of_pipeline.in_pipeline = open_deals.in_pipeline and of_pipeline.product is null
    left join sizes as of_all on of_all.in_pipeline is null
)

select
    valued.stage,
    coalesce(min(stages.stage_order), 0) as stage_order,
    basis,
    any_value(won) as won,
    any_value(variance) as variance,
    count(*) as deals,
    sum(mean)::double as value,
    sum(mean * p.probability)::double as expected_value
from valued
left join dim_stages as stages on stages.pipeline = valued.in_pipeline and stages.stage = valued.stage
left join {chances} as p on p.pipeline = valued.in_pipeline and p.stage = valued.stage
group by valued.stage, basis
order by stage_order, valued.stage, basis
