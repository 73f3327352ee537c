-- What deals are called. Grain: deal_id.
select deal_id, coalesce(deal_name, '') as deal_name
from fct_deals
where deal_id in (select unnest($deal_ids::varchar[]))
order by deal_id
