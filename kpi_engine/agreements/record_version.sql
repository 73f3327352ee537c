-- Add one decision about win chances; nothing is ever changed or removed.
insert into chance_versions
values (
    $version_id, $recorded_at::timestamp, $as_of::date, $effective_date::date, $how, $decided_by, $reason, $pipeline, $stage, $takes_back
)
