-- Everything known of each row. Grain: that of fct_deals.
select *
from fct_deals
where {condition}
order by all
