-- What the store says now, as somebody who decides has it before them. Grain: one row.
select
    data_version,
    coalesce((select max(version_id) from chance_versions), 0) as version_id
from store_state
