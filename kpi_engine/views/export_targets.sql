-- The targets of the reps the viewer may see. Grain: owner, kpi, period.
select *
from fct_targets
where coalesce(owner, '') in (select coalesce(owner, '') from dim_owners where {condition})
order by all
