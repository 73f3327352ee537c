-- The newest number given to a version of an action. Grain: one row.
select coalesce(max(version_id), 0) from action_versions
