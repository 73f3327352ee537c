-- One row per rep and what made a meeting good. Grain: owner, qualification.
with

held as (
    select *
    from fct_activities
    where
        {is_held}
        and occurred_date between $date_from::date and $date_to::date
        and {condition}
)

select
    coalesce(owner, '') as owner,
    qualification,
    count(*) as meetings
from held
group by all
order by all
