-- The deals in a part of the business, by what they are now. Grain: deal_id.
select deal_id
from fct_deals
where {condition}
