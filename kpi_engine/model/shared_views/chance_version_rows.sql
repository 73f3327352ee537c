-- The win chances that were decided, its pipeline without other people's names. Grain: version_id, pipeline, stage.
create or replace temp view chance_version_rows as
select told.* replace (coalesce(pipelines.shown, masked(told.pipeline)) as pipeline)
from {whole}.chance_version_rows as told
left join shared_pipelines as pipelines on pipelines.pipeline = told.pipeline
