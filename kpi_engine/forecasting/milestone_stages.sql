-- Every stage there is, in order, with the pipeline's small number. Grain: stage_key.
with

places as (
{places}
)

select
    places.stage_key,
    places.pipeline_key,
    places.pipeline,
    stages.stage,
    stages.stage_order,
    stages.kind,
    stages.milestone
from places
inner join key_stages as keys on keys.stage_key = places.stage_key
inner join dim_stages as stages on coalesce(stages.pipeline, '') = places.pipeline and stages.stage = keys.stage
order by places.pipeline, stages.stage_order
