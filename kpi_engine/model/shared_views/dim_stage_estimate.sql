-- What the team's own history says of each stage, its pipeline without other people's names. Grain: pipeline, stage.
create or replace temp view dim_stage_estimate as
select told.* replace (shown_pipeline(told.pipeline) as pipeline)
from {whole}.dim_stage_estimate as told
