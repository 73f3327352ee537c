-- A small number for every deal that a file names, in the order of the ids. Grain: deal_id.
create or replace temp table build_deal_keys as
with

named as (
    select deal_id, 1 as n from raw_deals
    union all
    select deal_id, 0 from raw_stage_changes
),

counted as (
    select deal_id, sum(n) > 1 as is_seen_again
    from named
    where deal_id is not null
    group by deal_id
)

select deal_id, row_number() over (order by deal_id)::integer as deal_key, is_seen_again
from counted
