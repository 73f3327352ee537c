-- Everything known to have happened to a deal, whatever the evidence; a NULL leaves that value as it was. Grain: deal_key, seq.
create or replace temp view build_events as
with

told as (
    select
        changes.deal_key, changes.happened_at, changes.seq,
        stages.stage_key,
        case changes.said
            when 'lost' then 3
            when 'won' then case when stages.kind_code = 2 then 2 else 1 end
            else coalesce(stages.kind_code, case when changes.said = 'open' then 0 end)
        end::tinyint as outcome,
        -- What an ending sets to nothing was worth what was known before.
        case when changes.amount = 0 and (changes.said in ('won', 'lost') or stages.kind_code <> 0) then null else changes.amount end
            as amount,
        changes.expected_close_date, changes.owner_key,
        null::integer as team_key, null::integer as attribute_key,
        case when changes.said is not null or stages.stage_key is not null then 2 end::tinyint as evidence
    from build_changes as changes
    left join build_stages as stages
        on stages.pipeline_key = changes.pipeline_key and stages.stage_id = changes.stage_id
),

begun as (
    select
        deal_key, begins_at as happened_at, 0::hugeint as rank, begin_key as stage_key, begin_outcome as outcome,
        null::decimal(18, 2) as amount, null::date as expected_close_date, null::integer as owner_key,
        null::integer as team_key, null::integer as attribute_key, begin_evidence as evidence
    from build_beginnings
    where has_beginning
),

moved_once as (
    select
        deal_key, moved_at as happened_at, 1::hugeint as rank, moved_to_key as stage_key, 0::tinyint as outcome,
        null::decimal(18, 2) as amount, null::date as expected_close_date, null::integer as owner_key,
        null::integer as team_key, null::integer as attribute_key, begin_evidence as evidence
    from build_beginnings
    where moved_at is not null
),

seen as (
    select
        events.deal_key,
        -- Ended and created on one day: the clock of a date without a time is not believed.
        case
            when events.happened_at::date = beginnings.created_at::date
                then greatest(events.happened_at, beginnings.created_at)
            else events.happened_at
        end as happened_at,
        576460752303423488 + events.seen_key::hugeint as rank,
        events.stage_key, events.outcome, events.amount, events.expected_close_date, events.owner_key,
        events.team_key, events.attribute_key,
        case
            when events.outcome is null then null
            when events.has_before or events.is_move or events.previous_as_of < events.happened_at::date then 1
            else 0
        end::tinyint as evidence
    from build_seen_events as events
    inner join build_beginnings as beginnings using (deal_key)
    where events.says_something_new
),

-- Open in one export and missing from the next whole one of the same source, and not shown, or called ended, by another source since.
gone as (
    select
        seen.deal_key, seen.next_complete_as_of + interval 86399 second as happened_at, 576460752303423487::hugeint as rank,
        null::integer as stage_key, 4::tinyint as outcome,
        null::decimal(18, 2) as amount, null::date as expected_close_date, null::integer as owner_key,
        null::integer as team_key, null::integer as attribute_key, 1::tinyint as evidence
    from build_seen as seen
    left join build_history as history using (deal_key)
    where seen.outcome = 0
        and seen.next_complete_as_of is not null
        and (seen.after_as_of is null or seen.after_as_of > seen.next_complete_as_of)
        and not coalesce(history.last_at::date >= seen.next_complete_as_of, false)
        and not coalesce(history.last_outcome in (1, 2, 3), false)
        and not exists (
            select 1
            from build_seen as other
            where other.deal_key = seen.deal_key
                and other.source_number <> seen.source_number
                and (other.as_of >= seen.next_complete_as_of or (other.outcome <> 0 and other.as_of >= seen.as_of))
        )
),

-- Known from a history alone, and open there, while the CRM's own list of deals does not have it.
unlisted as (
    select
        deal_key, missed_at as happened_at, 576460752303423487::hugeint as rank,
        null::integer as stage_key, 4::tinyint as outcome,
        null::decimal(18, 2) as amount, null::date as expected_close_date, null::integer as owner_key,
        null::integer as team_key, null::integer as attribute_key, 1::tinyint as evidence
    from build_unlisted
),

ranked as (
    select * from begun
    union all
    select * from moved_once
    union all
    select * from seen
    union all
    select * from gone
    union all
    select * from unlisted
)

select * from told
union all
select
    deal_key, happened_at, epoch_us(happened_at)::hugeint * 1152921504606846976 + rank as seq,
    stage_key, outcome, amount, expected_close_date, owner_key, team_key, attribute_key, evidence
from ranked
