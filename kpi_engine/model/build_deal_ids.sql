-- Every deal id that a file names, and how many rows of deals exports bear it. Grain: deal_id.
create or replace temp table build_deal_ids as
with

named as (
    select deal_id, 1 as n from raw_deals
    union all
    select deal_id, 0 from raw_stage_changes
)

select deal_id, sum(n) as n_listed
from named
where deal_id is not null
group by deal_id
