-- Each deal's state at the end of every day on which it changed, in small numbers (fct_changes says them in words). Grain: deal_key, change_date.
create or replace table deal_days as
with

-- DuckDB reads a table of the same transaction with one core, and what is materialized with all of them.
states as materialized (
    select * exclude (sequence, is_transition) from build_states
),

straight as (
    select states.*
    from states
    left join build_winding as winding using (deal_key)
    where winding.deal_key is null
),

-- The last change of a day counts.
day_ends as (
    select states.*
    from states
    inner join build_winding using (deal_key)
    where states.next_at is null or states.next_at::date <> states.day
),

compared as (
    select
        deal_key,
        day as change_date,
        stage_key,
        kind_code,
        amount,
        expected_close_date,
        owner_key,
        team_key,
        attribute_key,
        evidence,
        lag(stage_key) over day_by_day as prev_stage_key,
        lag(kind_code) over day_by_day as prev_kind_code,
        lag(amount) over day_by_day as prev_amount,
        lag(expected_close_date) over day_by_day as prev_expected_close_date,
        lag(owner_key) over day_by_day as prev_owner_key,
        lag(team_key) over day_by_day as prev_team_key,
        lag(attribute_key) over day_by_day as prev_attribute_key,
        lag(evidence) over day_by_day as prev_evidence,
        is_undated
    from day_ends
    window day_by_day as (partition by deal_key order by day)
),

changed as (
    select *
    from compared
    where prev_kind_code is null
        or prev_stage_key <> stage_key
        or prev_kind_code <> kind_code
        or prev_amount is distinct from amount
        or prev_expected_close_date is distinct from expected_close_date
        or prev_owner_key is distinct from owner_key
        or prev_team_key is distinct from team_key
        or prev_attribute_key is distinct from attribute_key
        or prev_evidence <> evidence
),

placed as (
    select
        deal_key, change_date,
        lead(change_date) over (partition by deal_key order by change_date) as left_date,
        stage_key, kind_code, amount, expected_close_date, owner_key, team_key, attribute_key, evidence,
        prev_stage_key, prev_kind_code, prev_amount, prev_expected_close_date, prev_owner_key, prev_team_key,
        prev_attribute_key, prev_evidence, is_undated
    from changed

    union all

    select
        deal_key, day, next_at::date,
        stage_key, kind_code, amount, expected_close_date, owner_key, team_key, attribute_key, evidence,
        prev_stage_key, prev_kind_code, prev_amount, prev_expected_close_date, prev_owner_key, prev_team_key,
        prev_attribute_key, prev_evidence, is_undated
    from straight
)

select * from placed
