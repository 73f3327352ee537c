-- The open stages of some pipelines that are known, in order. Grain: pipeline, stage.
select stage
from dim_stages
where coalesce(pipeline, '') in (select unnest($pipelines::varchar[])) and kind = 'open' and stage_order > 0
order by pipeline, stage_order
