-- What the last build estimated. Grain: pipeline, stage.
select pipeline, stage, probability, lower, upper, n, source
from dim_stage_estimate
order by pipeline, stage
