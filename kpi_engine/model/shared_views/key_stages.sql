-- Every stage by a small number, its pipeline without other people's names. Grain: stage_key.
create or replace temp view key_stages as
select told.* replace (shown_pipeline(told.pipeline) as pipeline)
from {whole}.key_stages as told
