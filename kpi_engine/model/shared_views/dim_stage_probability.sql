-- The win chance in force of each stage, its pipeline without other people's names. Grain: pipeline, stage.
create or replace temp view dim_stage_probability as
select told.* replace (shown_pipeline(told.pipeline) as pipeline)
from {whole}.dim_stage_probability as told
