-- The stages of every pipeline in order. Grain: stage_key.
select
    keys.stage_key,
    coalesce(keys.pipeline, '') as pipeline,
    keys.stage,
    stages.kind
from key_stages as keys
inner join dim_stages as stages on coalesce(keys.pipeline, '') = coalesce(stages.pipeline, '') and keys.stage = stages.stage
order by pipeline, keys.stage_order, keys.stage
