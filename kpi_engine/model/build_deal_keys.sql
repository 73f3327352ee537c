-- A small number for every deal that a file names, in the order of the ids. Grain: deal_id.
create or replace temp table build_deal_keys as
select
    ids.deal_id,
    row_number() over (order by ids.deal_id)::integer as deal_key,
    ids.n_listed > 1 as is_seen_again
from build_deal_ids as ids
left join build_deal_names as names on names.written = ids.deal_id
where names.written is null
