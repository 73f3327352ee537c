-- One row per day from the first to the last that any fact or plan names. Grain: day.
create or replace table dim_days as
with

edges as (
    select
        min(change_date) as first_day,
        max(change_date) as last_day,
        max(expected_close_date) as last_plan
    from deal_days
    where change_date > date '1970-01-01'
    union all
    select min(occurred_date), max(occurred_date), null from fct_activities
    union all
    select min(period_start), max(period_end), null from fct_targets
    union all
    select min(as_of), max(as_of), null from imports
),

-- A mistyped year does not make a calendar of ten thousand years.
span as (
    select
        greatest(min(first_day), (select max(as_of) from imports) - interval 40 year)::date as first_day,
        least(
            greatest(max(last_day), max(last_plan)),
            (select max(as_of) from imports) + interval 10 year
        )::date as last_day
    from edges
),

years as (
    select
        date_trunc('year', first_day)::date as first_day,
        (date_trunc('year', last_day) + interval 2 year - interval 1 day)::date as last_day
    from span
    where first_day is not null and last_day is not null
),

days as (
    select unnest(generate_series(first_day::timestamp, last_day::timestamp, interval 1 day))::date as day
    from years
),

placed as (
    select
        day,
        -- isodow: Monday is 1. week_start is given in the same count.
        (day - ((isodow(day) - $week_start + 7) % 7)::integer) as week_start,
        date_trunc('month', day)::date as month_start,
        -- Quarters are those of the fiscal year.
        (
            date_trunc('month', day) - to_months(((month(day) + 12 - $fiscal_year_start_month) % 3)::integer)
        )::date as quarter_start,
        make_date(
            (year(day) - case when month(day) < $fiscal_year_start_month then 1 else 0 end)::bigint,
            $fiscal_year_start_month::bigint,
            1::bigint
        ) as fiscal_year_start
    from days
)

select
    day,
    week_start,
    week_start + 6 as week_end,
    month_start,
    (month_start + interval 1 month - interval 1 day)::date as month_end,
    quarter_start,
    (quarter_start + interval 3 month - interval 1 day)::date as quarter_end,
    fiscal_year_start
from placed
order by day
