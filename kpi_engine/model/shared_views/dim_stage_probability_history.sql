-- The win chances of each stage over time, its pipeline without other people's names. Grain: pipeline, stage, valid_from.
create or replace temp view dim_stage_probability_history as
select told.* replace (shown_pipeline(told.pipeline) as pipeline)
from {whole}.dim_stage_probability_history as told
