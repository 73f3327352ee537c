-- Targets agreed with the one who shares, and nobody else's. Grain: version_id.
create or replace temp view target_versions as
select
    versions.* replace (
        case
            when list_contains(sharing.money_kpis, lower(versions.kpi)) then (versions.target * sharing.factor)::decimal(18, 4)
            else versions.target
        end as target,
        masked(versions.agreed_by) as agreed_by,
        masked(versions.agreed_with) as agreed_with,
        null::varchar as reason,
        null::varchar as recorded_by
    )
from {whole}.target_versions as versions
inner join sharing on sharing.shared_owner = versions.owner
