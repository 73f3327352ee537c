-- The first day anything is known of a person, by the facts a KPI counts. Grain: owner, model.
with

activities as (
    select owner, 'fct_activities' as model, min(occurred_date) as first_day
    from fct_activities
    group by owner
),

deals as (
    select owner, 'fct_deals' as model, min(coalesce(created_date, closed_date)) as first_day
    from fct_deals
    group by owner
)

select owner, model, first_day from activities where first_day is not null
union all
select owner, model, first_day from deals where first_day is not null
