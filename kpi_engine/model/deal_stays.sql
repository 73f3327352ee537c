-- Each stay of a deal in a stage, in small numbers (fct_transitions says them in words). Grain: deal_key, sequence.
create or replace table deal_stays as
with

-- DuckDB reads a table of the same transaction with one core, and what is materialized with all of them.
entered as materialized (
    select
        deal_key, sequence, happened_at, next_at, prev_stage_key, stage_key, prev_kind_code, kind_code, amount,
        expected_close_date, owner_key, team_key, attribute_key, evidence
    from build_states
    where is_transition
),

-- Where the days were straight, every state is a stay of its own and numbered as it is.
straight as (
    select entered.*
    from entered
    left join build_winding as winding using (deal_key)
    where winding.deal_key is null
),

winding as (
    select entered.*
    from entered
    inner join build_winding using (deal_key)
),

placed as (
    select
        * replace (row_number() over through_time as sequence, lead(happened_at) over through_time as next_at)
    from winding
    window through_time as (partition by deal_key order by sequence)

    union all

    select * from straight
)

select
    deal_key, sequence::integer as sequence, happened_at as entered_at, next_at as left_at, prev_stage_key, stage_key, prev_kind_code,
    kind_code, amount, expected_close_date, owner_key, team_key, attribute_key, evidence
from placed
