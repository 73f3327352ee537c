-- Each deal's state at the end of every day on which it changed, in small numbers (fct_changes says them in words). Grain: deal_key, change_date.
create or replace view deal_days as
select
    deal_key, change_date, left_date, stage_key, kind_code, amount, expected_close_date, owner_key, team_key,
    attribute_key, evidence, prev_stage_key, prev_kind_code, prev_amount, prev_expected_close_date, prev_owner_key,
    prev_team_key, prev_attribute_key, prev_evidence, is_undated
from deal_states
where is_day
