-- The stages with the win chances in use. Grain: pipeline, stage.
select
    dim_stages.*,
    chances.probability,
    chances.source as probability_source,
    chances.how as probability_accepted
from dim_stages
left join dim_stage_probability as chances on dim_stages.pipeline = chances.pipeline and dim_stages.stage = chances.stage
order by dim_stages.pipeline, dim_stages.stage_order
