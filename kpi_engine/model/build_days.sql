-- Each deal's state at the end of every day on which it changed, beside the state before. Grain: deal_key, change_date.
create or replace temp table build_days as
with

-- The last change of a day counts.
day_ends as (
    select *
    from build_steps
    where next_at is null or next_at::date <> day
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
        attribute_key,
        evidence,
        lag(stage_key) over day_by_day as prev_stage_key,
        lag(kind_code) over day_by_day as prev_kind_code,
        lag(amount) over day_by_day as prev_amount,
        lag(expected_close_date) over day_by_day as prev_expected_close_date,
        lag(owner_key) over day_by_day as prev_owner_key,
        lag(attribute_key) over day_by_day as prev_attribute_key,
        lag(evidence) over day_by_day as prev_evidence
    from day_ends
    window day_by_day as (partition by deal_key order by change_date)
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
        or prev_attribute_key is distinct from attribute_key
        or prev_evidence <> evidence
),

undated as (
    select seen.deal_key
    from build_seen as seen
    left join build_history as history using (deal_key)
    where seen.is_current and seen.created_at is null and history.deal_key is null
)

select
    changed.*,
    lead(changed.change_date) over (partition by changed.deal_key order by changed.change_date) as left_date,
    undated.deal_key is not null as is_undated
from changed
left join undated using (deal_key)
