-- The deals of the exports of the same source that speak of the same day, as they were read. Grain: import_id, line.
select raw_deals.*
from raw_deals
inner join imports on imports.import_id = raw_deals.import_id
where imports.source_key = $source_key and imports.kind = 'deals' and imports.as_of = $as_of
