-- Every version of every agreed action, in the order they were written. Grain: version_id.
select version_id, how, action_id, owner, meeting_id, what, who, due_date, done_date, recorded_at, recorded_by
from action_versions
order by version_id
