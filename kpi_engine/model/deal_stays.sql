-- Each stay of a deal in a stage, in small numbers (fct_transitions says them in words). Grain: deal_key, sequence.
create or replace table deal_stays as
with

entered as (
    select *
    from build_states
    where is_transition
),

placed as (
    select
        entered.* exclude (sequence),
        row_number() over through_time as sequence,
        lead(entered.happened_at) over through_time as left_at
    from entered
    inner join build_winding using (deal_key)
    window through_time as (partition by entered.deal_key order by entered.seq)

    union all

    select entered.* exclude (sequence), entered.sequence, entered.next_at as left_at
    from entered
    left join build_winding as winding using (deal_key)
    where winding.deal_key is null
)

select
    deal_key, sequence::integer as sequence, happened_at as entered_at, left_at, prev_stage_key, stage_key, prev_kind_code,
    kind_code, amount, expected_close_date, owner_key, team_key, attribute_key, evidence
from placed
