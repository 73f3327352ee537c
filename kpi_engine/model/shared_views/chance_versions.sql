-- What was decided about win chances, without who decided and why: notes are no business of a shared screen. Grain: version_id.
create or replace temp view chance_versions as
select versions.* replace (
        null::varchar as decided_by,
        null::varchar as reason,
        shown_pipeline(versions.pipeline) as pipeline
    )
from {whole}.chance_versions as versions
