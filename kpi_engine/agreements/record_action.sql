-- Add one version of an agreed action; nothing is ever changed or removed.
insert into action_versions
values (
    $version_id, $how, $action_id, $owner, $meeting_id, $what, $who, $due_date::date, $done_date::date, $recorded_at::timestamp, $recorded_by
)
