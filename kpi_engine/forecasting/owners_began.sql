-- The first day anything is known of a person, by the facts a KPI counts. Grain: owner, model.
with

activities as (
    select owner, 'fct_activities' as model, occurred_date as known_on
    from fct_activities
),

-- From the day a deal was theirs, not from the day it was made: whoever takes over an old one began when they did.
held as (
    select owner, 'fct_deals' as model, change_date as known_on
    from fct_changes
    where not is_undated
),

-- What is undated, and what was closed before any of its days was told, counts for its owner when it was closed.
closed as (
    select owner, 'fct_deals' as model, closed_date as known_on
    from fct_deals
)

select owner, model, min(known_on) as first_day
from (from activities union all from held union all from closed)
where known_on is not null
group by owner, model
