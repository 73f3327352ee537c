-- One row per stage of each pipeline, in order. Grain: pipeline, stage.
create or replace table dim_stages as
with

used as (
    select distinct stage_key from deal_states
),

now as (
    select pipeline, stage, count(*) as n_deals
    from fct_deals
    where kind <> 'gone'
    group by pipeline, stage
)

select
    stages.pipeline,
    stages.stage,
    stages.stage_order,
    stages.kind,
    stages.milestone,
    stages.crm_probability,
    coalesce(now.n_deals, 0) as n_deals
from build_stages as stages
left join used using (stage_key)
left join now on now.pipeline = stages.pipeline and now.stage = stages.stage
where stages.stage_id is not null or used.stage_key is not null
order by stages.pipeline, stages.stage_order
