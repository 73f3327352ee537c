-- What was agreed with the one who shares, and nobody else. Grain: owner, kpi, period.
create or replace temp view fct_targets as
select
    targets.* replace (
        case
            when list_contains(sharing.money_kpis, lower(targets.kpi)) then (targets.target * sharing.factor)::decimal(18, 2)
            else targets.target
        end as target
    )
from {whole}.fct_targets as targets
inner join sharing on sharing.shared_owner = targets.owner
