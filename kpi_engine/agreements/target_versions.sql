-- Every decision about a target, in the order they were made. Grain: version_id.
select
    version_id, how, owner, kpi, period, period_start, period_end, target, agreed_by, agreed_with, agreed_date, reason, review_date, as_of,
    recorded_at, recorded_by
from target_versions
order by version_id
