-- The levels of the people that were met or spoken to up to $as_of. Grain: contact_level.
select distinct contact_level
from fct_activities
where contact_level is not null and occurred_date <= $as_of::date
order by contact_level
