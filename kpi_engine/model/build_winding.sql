-- Deals to which something happened that was no new stage, or twice on one day: their days and stays need sorting. Grain: deal_key.
create or replace temp table build_winding as
select distinct deal_key
from build_states
where not is_transition
    or next_at::date = day
    or (prev_kind_code is null and sequence > 1)
