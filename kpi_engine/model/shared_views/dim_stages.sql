-- One row per stage of a pipeline, its pipeline without other people's names. Grain: pipeline, stage.
create or replace temp view dim_stages as
select told.* replace (shown_pipeline(told.pipeline) as pipeline)
from {whole}.dim_stages as told
