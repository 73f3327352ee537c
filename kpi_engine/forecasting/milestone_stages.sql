-- The stages deals can be in on their way, in order, with the pipeline's small number. Grain: stage_key.
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
where stages.kind in ('open', 'won', 'paid') and stages.stage_order > 0
order by places.pipeline, stages.stage_order
