-- The deals of the exports of the same source that speak of the same day. Grain: deal_id.
select distinct raw_deals.deal_id
from raw_deals
inner join imports on imports.import_id = raw_deals.import_id
where imports.source_key = $source_key and imports.kind = 'deals' and imports.as_of = $as_of
