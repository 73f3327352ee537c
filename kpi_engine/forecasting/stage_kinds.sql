-- What kinds of stages each pipeline has. Grain: pipeline, kind.
select distinct coalesce(pipeline, '') as pipeline, kind
from dim_stages
