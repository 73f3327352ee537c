-- The newest number given to a decision in $table_name; 0 where there is none. Grain: one row.
with

decisions as (
    select 'chance_versions' as table_name, version_id from chance_versions
    union all
    select 'target_versions', version_id from target_versions
    union all
    select 'meeting_versions', version_id from meeting_versions
    union all
    select 'action_versions', version_id from action_versions
    union all
    select 'qualification_rules', version_id from qualification_rules
)

select coalesce(max(version_id), 0) as version_id
from decisions
where table_name = $table_name
