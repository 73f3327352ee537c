-- What each deal was from change to change, in small numbers: deal_days and deal_stays in one, since for most deals they are the same rows. Grain: deal_key, change_date where is_day; deal_key, sequence where is_stay.
create or replace table deal_states as
with

states as materialized (
    select * from build_states
),

-- Deals to which something happened that was no new stage, or twice on one day: their days and stays differ.
winding as (
    select distinct deal_key
    from states
    where not is_transition
        or next_at::date = day
        or (prev_kind_code is null and sequence > 1)
),

winding_states as materialized (
    select states.*
    from states
    inner join winding using (deal_key)
),

-- The last change of a day counts.
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
    from winding_states
    where next_at is null or next_at::date <> day
    window day_by_day as (partition by deal_key order by day)
),

days as (
    select
        *,
        lead(change_date) over (partition by deal_key order by change_date) as left_date
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

stays as (
    select
        *
        replace (row_number() over through_time as sequence, lead(happened_at) over through_time as next_at)
    from winding_states
    where is_transition
    window through_time as (partition by deal_key order by sequence)
)

select
    states.deal_key,
    true as is_day, true as is_stay,
    states.day as change_date, states.next_at::date as left_date,
    states.sequence, states.happened_at as entered_at, states.next_at as left_at,
    states.stage_key, states.kind_code, states.amount, states.expected_close_date, states.owner_key, states.team_key,
    states.attribute_key, states.evidence,
    states.prev_stage_key, states.prev_kind_code, states.prev_amount, states.prev_expected_close_date,
    states.prev_owner_key, states.prev_team_key, states.prev_attribute_key, states.prev_evidence,
    states.is_undated
from states
left join winding using (deal_key)
where winding.deal_key is null

union all

select
    deal_key,
    true as is_day, false as is_stay,
    change_date, left_date,
    null, null, null,
    stage_key, kind_code, amount, expected_close_date, owner_key, team_key, attribute_key, evidence,
    prev_stage_key, prev_kind_code, prev_amount, prev_expected_close_date, prev_owner_key, prev_team_key,
    prev_attribute_key, prev_evidence, is_undated
from days

union all

select
    deal_key,
    false as is_day, true as is_stay,
    null, null,
    sequence::integer, happened_at, next_at,
    stage_key, kind_code, amount, expected_close_date, owner_key, team_key, attribute_key, evidence,
    prev_stage_key, prev_kind_code, null, null, null, null, null, null, is_undated
from stays
