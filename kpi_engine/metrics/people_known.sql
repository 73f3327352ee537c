-- How many people were known at the end of a day; those without a created date always were. Grain: one row.
select count(*)
from fct_contacts
where (created_date is null or $at::date is null or created_date <= $at::date) and {condition}
