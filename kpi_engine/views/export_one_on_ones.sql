-- Every version of the notes of one-on-ones with the reps the viewer may see, as text, so that it comes back as it was. Grain: version_id.
select
    version_id::varchar as version_id,
    how,
    meeting_id,
    owner,
    held_on::varchar as held_on,
    notes,
    recorded_at::varchar as recorded_at,
    recorded_by
from meeting_versions
where {condition}
order by meeting_versions.version_id
