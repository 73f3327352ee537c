-- What was agreed to be won in one period, over the people asked for. Grain: one row.
select
    sum(target)::double as target,
    count(*) as people
from fct_targets as targets
left join dim_owners as people on people.owner = targets.owner
where kpi = 'won_value' and period_start = $since::date and period_end = $until::date and {condition}
