-- A small number for every deal that a file names, in the order of the ids. Grain: deal_id.
create or replace temp table build_deal_keys as
with

named as (
    select deal_id from raw_deals
    union
    select deal_id from raw_stage_changes
)

select deal_id, row_number() over (order by deal_id)::integer as deal_key
from named
where deal_id is not null
