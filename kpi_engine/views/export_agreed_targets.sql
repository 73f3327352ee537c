-- Every decision about a target of the reps the viewer may see, as text, so that it comes back as it was. Grain: version_id.
select
    version_id::varchar as version_id,
    how,
    owner,
    kpi,
    period,
    period_start::varchar as period_start,
    period_end::varchar as period_end,
    target::varchar as target,
    agreed_by,
    agreed_with,
    agreed_date::varchar as agreed_date,
    reason,
    review_date::varchar as review_date,
    as_of::varchar as as_of,
    recorded_at::varchar as recorded_at,
    recorded_by
from target_versions
where {condition}
order by target_versions.version_id
