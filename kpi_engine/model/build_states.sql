-- Each deal's whole state after each thing that happened to it, beside the state before. Grain: deal_key, sequence.
create or replace temp view build_states as
with

-- One sort serves all: beside each event, what was last given before it.
remembered as (
    select
        *,
        row_number() over through_time as sequence,
        lead(happened_at) over through_time as next_at,
        lag(stage_key ignore nulls) over through_time as prev_stage_key,
        lag(outcome ignore nulls) over through_time as prev_outcome,
        lag(amount ignore nulls) over through_time as prev_amount,
        lag(expected_close_date ignore nulls) over through_time as prev_expected_close_date,
        lag(owner_key ignore nulls) over through_time as prev_owner_key,
        lag(team_key ignore nulls) over through_time as prev_team_key,
        lag(attribute_key ignore nulls) over through_time as prev_attribute_key,
        lag(evidence ignore nulls) over through_time as prev_evidence
    from build_events
    window through_time as (partition by deal_key order by seq)
),

-- What an event does not give stays as it was.
filled as (
    select
        * replace (
            coalesce(stage_key, prev_stage_key) as stage_key,
            coalesce(outcome, prev_outcome) as outcome,
            coalesce(amount, prev_amount) as amount,
            coalesce(expected_close_date, prev_expected_close_date) as expected_close_date,
            coalesce(owner_key, prev_owner_key) as owner_key,
            coalesce(team_key, prev_team_key) as team_key,
            coalesce(attribute_key, prev_attribute_key) as attribute_key,
            coalesce(evidence, prev_evidence) as evidence
        )
    from remembered
),

begun as (
    select
        filled.*,
        stages.kind_code as stage_kind,
        stages.unknown_key,
        stages.won_key,
        stages.paid_key,
        stages.lost_key,
        prev_stages.kind_code as prev_stage_kind,
        beginnings.amount as first_amount,
        beginnings.expected_close_date as first_expected_close,
        beginnings.owner_key as first_owner_key,
        beginnings.team_key as first_team_key,
        beginnings.attribute_key as first_attribute_key,
        beginnings.is_undated
    from filled
    inner join build_stages as stages on stages.stage_key = filled.stage_key
    inner join build_beginnings as beginnings on beginnings.deal_key = filled.deal_key
    left join build_stages as prev_stages on prev_stages.stage_key = filled.prev_stage_key
),

-- A state is in the stage its outcome belongs to; what stood for 'the export shows it blank' becomes blank.
settled as (
    select
        deal_key,
        happened_at,
        sequence::integer as sequence,
        next_at,
        is_undated,
        case
            when outcome in (4, 5, stage_kind) then stage_key
            when outcome = 0 then unknown_key
            when outcome = 1 then won_key
            when outcome = 2 then paid_key
            else lost_key
        end as stage_key,
        outcome as kind_code,
        nullif(coalesce(amount, first_amount), -9999999999999999.99) as amount,
        nullif(coalesce(expected_close_date, first_expected_close), date '0001-01-01') as expected_close_date,
        nullif(coalesce(owner_key, first_owner_key), 0) as owner_key,
        coalesce(team_key, first_team_key) as team_key,
        coalesce(attribute_key, first_attribute_key) as attribute_key,
        evidence,
        case
            when prev_outcome is null or prev_stage_key is null then null
            when prev_outcome in (4, 5, prev_stage_kind) then prev_stage_key
            when prev_outcome = 0 then unknown_key
            when prev_outcome = 1 then won_key
            when prev_outcome = 2 then paid_key
            else lost_key
        end as prev_stage_key,
        case when prev_stage_key is not null then prev_outcome end as prev_kind_code,
        nullif(coalesce(prev_amount, first_amount), -9999999999999999.99) as prev_amount,
        nullif(coalesce(prev_expected_close_date, first_expected_close), date '0001-01-01') as prev_expected_close_date,
        nullif(coalesce(prev_owner_key, first_owner_key), 0) as prev_owner_key,
        coalesce(prev_team_key, first_team_key) as prev_team_key,
        coalesce(prev_attribute_key, first_attribute_key) as prev_attribute_key,
        prev_evidence
    from begun
)

select
    settled.* exclude (team_key, prev_team_key, prev_amount, prev_expected_close_date, prev_owner_key, prev_attribute_key),
    happened_at::date as day,
    coalesce(owners.team_key, settled.team_key) as team_key,
    prev_kind_code is null or prev_kind_code <> kind_code or prev_stage_key <> stage_key as is_transition,
    case when prev_kind_code is not null then coalesce(prev_owners.team_key, settled.prev_team_key) end as prev_team_key,
    case when prev_kind_code is not null then prev_amount end as prev_amount,
    case when prev_kind_code is not null then prev_expected_close_date end as prev_expected_close_date,
    case when prev_kind_code is not null then prev_owner_key end as prev_owner_key,
    case when prev_kind_code is not null then prev_attribute_key end as prev_attribute_key
from settled
left join build_owners as owners on owners.owner_key = settled.owner_key
left join build_owners as prev_owners on prev_owners.owner_key = settled.prev_owner_key
