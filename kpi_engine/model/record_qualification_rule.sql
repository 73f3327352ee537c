-- Add one qualification rule; nothing is ever changed or removed.
insert into qualification_rules
values (
    $version_id, $recorded_at::timestamp, $effective_date::date, $needs::varchar[], $kinds::varchar[], $exceptions::varchar[],
    $hosted_visit, $agreed_by::varchar[], $note
)
