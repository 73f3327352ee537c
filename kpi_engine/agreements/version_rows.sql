-- The chances each decision set. Grain: version_id, pipeline, stage.
select version_id, pipeline, stage, probability, lower, upper, n, source
from chance_version_rows
order by version_id, pipeline, stage
