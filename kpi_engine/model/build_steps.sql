-- Each state with the stage before it and the time of the next. Grain: deal_key, seq.
create or replace temp table build_steps as
select
    *,
    happened_at::date as day,
    lag(stage_key) over through_time as from_stage_key,
    lag(kind_code) over through_time as from_kind_code,
    lead(happened_at) over through_time as next_at
from build_states
window through_time as (partition by deal_key order by seq)
