-- Activities added up. Grain: day, owner, team, activity_type, outcome, qualification.
create or replace table fct_activity_day as
with

done as (
    select * from fct_activities where is_done and occurred_date is not null
)

select
    occurred_date as day,
    owner,
    team,
    activity_type,
    outcome,
    qualification,
    count(*)::integer as activities,
    -- Added up in decimals: floating sums depend on the order of the rows.
    sum(minutes::decimal(18, 3))::double as minutes
from done
group by all
