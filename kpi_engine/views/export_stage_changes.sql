-- Everything known of each row. Grain: that of fct_transitions.
select *
from fct_transitions
where {condition}
order by all
