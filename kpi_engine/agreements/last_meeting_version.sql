-- The newest number given to a version of notes. Grain: one row.
select coalesce(max(version_id), 0) from meeting_versions
