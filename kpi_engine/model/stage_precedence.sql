-- How often a deal entered one stage for the first time before another, in a sample of the deals. Grain: pipeline, stage, later stage.
with

sampled as (
    select deal_key, pipeline_key, stage_id, min(seq) as first_entered
    from build_changes
    where stage_id is not null and deal_key <= 20000
    group by deal_key, pipeline_key, stage_id
),

-- The stage a deal was in before the first change of it was entered before all others.
began_in as (
    select deal_key, pipeline_key, arg_min(old_stage_id, seq) as stage_id, 0::hugeint as first_entered
    from build_changes
    where stage_id is not null and deal_key <= 20000
    group by deal_key, pipeline_key
    having arg_min(old_stage_id, seq) is not null
),

entered as (
    select deal_key, pipeline_key, stage_id, min(first_entered) as first_entered
    from (select * from sampled union all select * from began_in)
    group by deal_key, pipeline_key, stage_id
)

select earlier.pipeline_key, earlier.stage_id, later.stage_id as later_stage_id, count(*) as n
from entered as earlier
inner join entered as later
    on later.deal_key = earlier.deal_key
    and later.pipeline_key = earlier.pipeline_key
    and later.first_entered > earlier.first_entered
group by earlier.pipeline_key, earlier.stage_id, later.stage_id
order by earlier.pipeline_key, earlier.stage_id, later.stage_id
