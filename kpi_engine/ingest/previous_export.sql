-- The deals of the export before this one, of the same source, as they stood in it. Grain: deal_id.
with

before as (
    select max(as_of) as as_of
    from imports
    where source_key = $source_key and kind = 'deals' and is_complete and as_of < $as_of
),

latest as (
    select max(import_id) as import_id
    from imports
    inner join before on imports.as_of = before.as_of
    where imports.source_key = $source_key and imports.kind = 'deals' and imports.is_complete
)

select raw_deals.deal_id, raw_deals.status, raw_deals.stage, raw_deals.is_closed
from raw_deals
inner join latest on raw_deals.import_id = latest.import_id
