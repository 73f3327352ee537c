-- Each stay of a deal in a stage, in small numbers (fct_transitions says them in words). Grain: deal_key, sequence.
create or replace view deal_stays as
select
    deal_key, sequence, entered_at, left_at, prev_stage_key, stage_key, prev_kind_code, kind_code, amount,
    expected_close_date, owner_key, team_key, attribute_key, evidence
from deal_states
where is_stay
