-- Every decision about win chances, in the order they were made. Grain: version_id.
select version_id, recorded_at, as_of, effective_date, how, decided_by, reason, pipeline, stage, takes_back
from chance_versions
order by version_id
