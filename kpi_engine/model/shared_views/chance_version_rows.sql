-- The win chances that were decided, its pipeline without other people's names. Grain: version_id, pipeline, stage.
create or replace temp view chance_version_rows as
select told.* replace (shown_pipeline(told.pipeline) as pipeline)
from {whole}.chance_version_rows as told
