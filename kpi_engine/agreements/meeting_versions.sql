-- Every version of the notes of every one-on-one, in the order they were written. Grain: version_id.
select version_id, how, meeting_id, owner, held_on, notes, recorded_at, recorded_by
from meeting_versions
order by version_id
