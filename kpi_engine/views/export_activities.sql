-- Everything known of each row. Grain: that of fct_activities.
select *
from fct_activities
where {condition}
order by all
