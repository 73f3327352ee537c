-- What one person was asked for on a day: one row per KPI and period.
select kpi, period, target
from fct_targets
where owner = $owner
    and $as_of::date between period_start and period_end
order by kpi, period_start, period
