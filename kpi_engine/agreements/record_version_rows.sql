-- Add the chances of one decision; decided_rows is lent by the caller. Grain: version_id, pipeline, stage.
insert into chance_version_rows
select $version_id::bigint, pipeline, stage, probability, lower, upper, n, source
from decided_rows
