-- Everything known of each row. Grain: that of fct_contacts.
select *
from fct_contacts
where {condition}
order by all
