-- One row per kind of thing in the store. Grain: what.
with

deals as (
    select 1 as place, 'Deals' as what, count(*) as how_many, min(created_date) as first_day,
        -- In 1970 stands what happened on a day nobody knows.
        max(coalesce(closed_date, created_date)) filter (where coalesce(closed_date, created_date) > date '1970-01-01') as last_day
    from fct_deals
),

transitions as (
    select
        2 as place,
        -- What an export of deals only lets one work out is not called what a history tells.
        case when evidence = 'inferred' then 'Stage changes worked out from dates' else 'Stage changes' end as what,
        count(*) as how_many,
        min(entered_date) filter (where entered_date > date '1970-01-01') as first_day,
        max(entered_date) filter (where entered_date > date '1970-01-01') as last_day
    from fct_transitions
    group by all
),

activities as (
    select 3 as place, 'Activities' as what, count(*) as how_many, min(occurred_date) as first_day, max(occurred_date) as last_day
    from fct_activities
),

targets as (
    select 5 as place, 'Targets' as what, count(*) as how_many, min(period_start) as first_day, max(period_end) as last_day
    from fct_targets
),

agreed as (
    select 6 as place, 'Agreed targets' as what, count(distinct (owner, kpi, period_start, period_end)) as how_many,
        min(period_start) as first_day, max(period_end) as last_day
    from target_versions
),

contacts as (
    select 4 as place, 'Contacts' as what, count(*) as how_many, min(created_date) as first_day, max(created_date) as last_day
    from fct_contacts
),

rates as (
    select 9 as place, 'Exchange rates' as what, count(*) as how_many, min(date) as first_day, max(date) as last_day
    from raw_rates
),

people as (
    select
        7 as place,
        case when exists (select 1 from imports where kind = 'people') then 'People' else 'People named in other files' end as what,
        count(*) as how_many, null::date as first_day, null::date as last_day
    from dim_owners
),

stages as (
    select
        8 as place,
        case when exists (select 1 from imports where kind = 'stages') then 'Stages' else 'Stages named in other files' end as what,
        count(*) as how_many, null::date as first_day, null::date as last_day
    from dim_stages
)

select what, how_many, first_day, last_day
from (
    select * from deals
    union all
    select * from transitions
    union all
    select * from activities
    union all
    select * from contacts
    union all
    select * from targets
    union all
    select * from agreed
    union all
    select * from people
    union all
    select * from stages
    union all
    select * from rates
) as everything
order by place, what
