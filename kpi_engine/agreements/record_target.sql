-- Add one decision about a target; nothing is ever changed or removed.
insert into target_versions
values (
    $version_id, $how, $owner, $kpi, $period, $period_start::date, $period_end::date, $target::decimal(18, 4), $agreed_by, $agreed_with,
    $agreed_date::date, $reason, $review_date::date, $as_of::date, $recorded_at::timestamp, $recorded_by
)
