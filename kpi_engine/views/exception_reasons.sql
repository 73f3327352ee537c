-- The reasons for exceptions that stand in the files, each in one spelling. Grain: reason.
select min(trim(reason)) as reason
from (
    select exception_reason as reason from fct_activities
    union all
    select exception_reason from fct_deals
) as written
where trim(reason) <> ''
group by {spoken}
order by count(*) desc, reason
limit 100
