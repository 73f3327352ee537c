-- Add one version of the notes of a one-on-one; nothing is ever changed or removed.
insert into meeting_versions
values ($version_id, $how, $meeting_id, $owner, $held_on::date, $notes, $recorded_at::timestamp, $recorded_by)
