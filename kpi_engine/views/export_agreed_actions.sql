-- Every version of the actions agreed with the reps the viewer may see, as text, so that it comes back as it was. Grain: version_id.
select
    version_id::varchar as version_id,
    how,
    action_id,
    owner,
    meeting_id,
    what,
    who,
    due_date::varchar as due_date,
    done_date::varchar as done_date,
    recorded_at::varchar as recorded_at,
    recorded_by
from action_versions
where {condition}
order by action_versions.version_id
