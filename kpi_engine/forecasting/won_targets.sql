-- What was agreed to be won, per person and period. Grain: owner, period_start, period_end.
select
    coalesce(targets.owner, '') as owner,
    coalesce(owners.team, '') as team,
    targets.period_start,
    targets.period_end,
    sum(targets.target)::double as target
from fct_targets as targets
left join dim_owners as owners using (owner)
where targets.kpi = $kpi
group by all
order by owner, team, targets.period_start, targets.period_end
