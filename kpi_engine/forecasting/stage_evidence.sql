-- What is known of each stage now, to choose its probability from. Grain: pipeline, stage.
with

stages as (
    select * from dim_stages where kind in ('open', 'won', 'paid')
),

open_now as (
    select
        pipeline,
        stage,
        count(*) as n_deals,
        count(*) filter (where crm_probability >= 0.995) as n_certain,
        coalesce(sum(amount), 0) as amount
    from fct_deals
    where status = 'open'
    group by pipeline, stage
)

select
    stages.pipeline,
    stages.stage,
    stages.stage_order,
    stages.kind,
    stages.crm_probability,
    coalesce(open_now.n_deals, 0) as n_open,
    coalesce(open_now.amount, 0)::decimal(18, 2) as open_amount,
    coalesce(open_now.n_certain, 0) as n_certain
from stages
left join open_now using (pipeline, stage)
order by stages.pipeline, stages.stage_order, stages.stage
