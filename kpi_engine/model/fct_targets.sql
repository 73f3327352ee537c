-- What was agreed, per person, KPI and period; the newest word counts. Grain: owner, kpi, period.
create or replace table fct_targets as
with

newest as (
    select
        owners.owner,
        coalesce(targets.kpi, 'won_value') as kpi,
        targets.period as written_period,
        targets.target,
        targets.import_id,
        targets.line
    from raw_targets as targets
    left join build_owner_names as owners on owners.written = targets.owner
    where targets.target is not null
)

select
    newest.owner,
    newest.kpi,
    periods.period,
    periods.period_start,
    periods.period_end,
    newest.target
from newest
inner join target_periods as periods on periods.written = newest.written_period
qualify row_number() over (
    partition by newest.owner, newest.kpi, periods.period order by newest.import_id desc, newest.line desc
) = 1
