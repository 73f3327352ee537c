-- The target that counts per person, KPI and period on a day: the agreed one, else the imported one; both are told. Grain: owner, kpi, period_start, period_end.
with

last_word as (
    select *
    from target_versions
    where $day::date is null or agreed_date <= $day::date
    qualify row_number() over (partition by owner, kpi, period_start, period_end order by version_id desc) = 1
),

agreed as (
    select * from last_word where how <> 'withdrawn'
),

imported as (
    select owner, kpi, period_start, period_end, min(period) as period, sum(target) as target
    from fct_targets
    group by all
)

select
    coalesce(agreed.owner, imported.owner, '') as owner,
    coalesce(agreed.kpi, imported.kpi) as kpi,
    coalesce(agreed.period, imported.period) as period,
    coalesce(agreed.period_start, imported.period_start) as period_start,
    coalesce(agreed.period_end, imported.period_end) as period_end,
    coalesce(agreed.target, imported.target)::double as target,
    imported.target::double as imported_target,
    agreed.version_id
from agreed
full outer join imported
    on imported.owner = agreed.owner
    and imported.kpi = agreed.kpi
    and imported.period_start = agreed.period_start
    and imported.period_end = agreed.period_end
where $kpi::varchar is null or coalesce(agreed.kpi, imported.kpi) = $kpi::varchar
order by owner, kpi, period_start, period_end
