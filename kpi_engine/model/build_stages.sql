-- Every stage of every pipeline, with the stages that stand in for what its own cannot tell. Grain: stage_key.
create or replace temp table build_stages as
with

found as (
    select * from found_stages
)

select
    stage_key,
    pipeline_key,
    pipeline,
    stage_id,
    stage,
    stage_order,
    kind,
    milestone,
    crm_probability,
    -- Codes keep the long passes narrow: 0 open, 1 won, 2 paid, 3 lost (4 gone and 5 closed, nobody knows how, are states, no stages).
    case kind when 'open' then 0 when 'won' then 1 when 'paid' then 2 else 3 end::tinyint as kind_code,
    max(case when is_stand_in and kind = 'open' then stage_key end) over (partition by pipeline_key) as unknown_key,
    max(case when is_stand_in and kind = 'won' then stage_key end) over (partition by pipeline_key) as won_key,
    max(case when is_stand_in and kind = 'paid' then stage_key end) over (partition by pipeline_key) as paid_key,
    max(case when is_stand_in and kind = 'lost' then stage_key end) over (partition by pipeline_key) as lost_key
from found
