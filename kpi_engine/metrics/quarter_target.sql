-- The target of one quarter for the people asked for: their quarterly ones, else their months added up. Grain: one row.
with

asked as (
    select
        coalesce(owner, '') as owner,
        target,
        period_start = $first::date and period_end = $last::date as is_quarter
    from fct_targets
    where kpi = 'won_value'
        and period_start >= $first::date
        and period_end <= $last::date
        and {condition}
),

by_owner as (
    select
        owner,
        coalesce(sum(target) filter (where is_quarter), sum(target)) as target
    from asked
    group by owner
)

select sum(target)::double as target, count(*) as n
from by_owner
