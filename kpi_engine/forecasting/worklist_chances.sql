-- The win chance in force of every stage, with its place in its pipeline. Grain: pipeline, stage.
select
    coalesce(keys.pipeline, '') as pipeline,
    keys.stage,
    stages.kind,
    keys.stage_order,
    chances.probability::double as chance
from key_stages as keys
inner join dim_stages as stages on coalesce(stages.pipeline, '') = coalesce(keys.pipeline, '') and stages.stage = keys.stage
inner join {chances} as chances on chances.pipeline = coalesce(keys.pipeline, '') and chances.stage = keys.stage
order by 1, keys.stage_order, keys.stage
