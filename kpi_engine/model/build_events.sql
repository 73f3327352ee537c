-- Everything known to have happened to a deal, whatever the evidence; a NULL leaves that value as it was. Grain: deal_key, seq.
create or replace temp table build_events as
with

first_seen as (
    select seen.*, events.happened_at as event_at, events.is_ending
    from build_seen as seen
    inner join build_seen_events as events using (seen_key)
    where seen.is_first
),

created as (
    select deal_key, created_at
    from build_seen
    where is_current
),

unknown as (
    select deals.deal_key, stages.stage_key as unknown_key
    from build_deals as deals
    inner join build_stages as stages on stages.pipeline_key = deals.pipeline_key
    where stages.kind_code = 0 and stages.stage_id is null
),

known as (
    select
        deals.deal_key,
        unknown.unknown_key,
        least(coalesce(created.created_at, history.created_at), history.created_at, history.first_at) as created_at,
        history.deal_key is not null and (first_seen.seen_key is null or history.first_at <= first_seen.as_of_at)
            as starts_in_history,
        history.* exclude (deal_key, created_at),
        first_seen.seen_key,
        first_seen.attribute_key,
        first_seen.stage_key,
        first_seen.outcome,
        first_seen.as_of,
        first_seen.as_of_at,
        first_seen.is_repeated,
        first_seen.previous_as_of,
        first_seen.stage_changed_at,
        first_seen.event_at,
        first_seen.is_ending,
        first_seen.amount,
        first_seen.owner_key,
        first_seen.expected_close_date
    from build_deals as deals
    inner join unknown using (deal_key)
    left join created using (deal_key)
    left join build_history as history using (deal_key)
    left join first_seen using (deal_key)
),

-- A deal's beginning: where it was from its creation on until the first evidence.
placed as (
    select
        known.*,
        coalesce(created_at, as_of_at) as happened_at,
        case
            when starts_in_history and before_stages.stage_key is null then known.unknown_key
            when starts_in_history and before_stages.kind_code <> 0 and created_at < first_stage_at then known.unknown_key
            when starts_in_history then first_before_key
            when outcome <> 0 then known.unknown_key
            when stage_changed_at > created_at and stage_changed_at <= as_of_at then known.unknown_key
            else known.stage_key
        end as begin_key,
        case
            when starts_in_history and created_at = first_stage_at then coalesce(before_stages.kind_code, 0)
            else 0
        end::tinyint as begin_outcome,
        case
            when starts_in_history and created_at::date = first_stage_at::date then 2
            when is_repeated and previous_as_of < created_at::date then 1
            else 0
        end::tinyint as begin_evidence
    from known
    left join build_stages as before_stages on before_stages.stage_key = known.first_before_key
),

-- A deal that ended before the day it was created on, or that has no created date and was never seen open, was never open.
begun as (
    select
        deal_key, happened_at, 0::hugeint as rank, begin_key as stage_key, begin_outcome as outcome,
        case when first_amount_at <= as_of_at then first_amount else coalesce(amount, first_amount) end as amount,
        case when first_expected_close_at <= as_of_at then first_expected_close
            else coalesce(expected_close_date, first_expected_close) end as expected_close_date,
        case when first_owner_at <= as_of_at then first_owner_key else coalesce(owner_key, first_owner_key) end as owner_key,
        attribute_key,
        begin_evidence as evidence
    from placed
    where starts_in_history
        or (outcome = 0 or event_at::date >= created_at::date)
),

moved_once as (
    select
        deal_key, stage_changed_at as happened_at, 1::hugeint as rank, stage_key, 0::tinyint as outcome,
        null::decimal(18, 2) as amount, null::date as expected_close_date, null::integer as owner_key,
        null::integer as attribute_key, begin_evidence as evidence
    from placed
    where not starts_in_history and outcome = 0
        and stage_changed_at > created_at and stage_changed_at <= as_of_at
),

told as (
    select
        changes.deal_key, changes.happened_at, changes.seq,
        stages.stage_key,
        case changes.said
            when 'lost' then 3
            when 'won' then case when stages.kind_code = 2 then 2 else 1 end
            else coalesce(stages.kind_code, case when changes.said = 'open' then 0 end)
        end::tinyint as outcome,
        changes.amount, changes.expected_close_date, changes.owner_key,
        null::integer as attribute_key,
        case when changes.said is not null or stages.stage_key is not null then 2 end::tinyint as evidence
    from build_changes as changes
    left join build_stages as stages
        on stages.pipeline_key = changes.pipeline_key and stages.stage_id = changes.stage_id
),

seen as (
    select
        events.deal_key,
        -- Ended and created on one day: the clock of a date without a time is not believed.
        case when events.happened_at::date = created.created_at::date then greatest(events.happened_at, created.created_at) else events.happened_at end as happened_at,
        1152921502459363328 + events.seen_key::hugeint as rank,
        events.stage_key, events.outcome, events.amount, events.expected_close_date, events.owner_key, events.attribute_key,
        case
            when events.outcome is null then null
            when events.has_before or events.is_move or events.previous_as_of < events.happened_at::date then 1
            else 0
        end::tinyint as evidence
    from build_seen_events as events
    left join created using (deal_key)
    where events.says_something_new
),

-- Open in one export and missing from the next whole one of the same source, and not shown by another source since.
gone as (
    select
        seen.deal_key,
        seen.next_complete_as_of + interval 86399 second as happened_at,
        1152921502459363327::hugeint as rank,
        null::integer as stage_key, 4::tinyint as outcome,
        null::decimal(18, 2) as amount, null::date as expected_close_date, null::integer as owner_key,
        null::integer as attribute_key, 1::tinyint as evidence
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
                and other.as_of >= seen.next_complete_as_of
        )
),

ranked as (
    select * from begun
    union all
    select * from moved_once
    union all
    select * from seen
    union all
    select * from gone
)

select
    deal_key, happened_at, epoch_us(happened_at)::hugeint * 1152921504606846976 + rank as seq,
    stage_key, outcome, amount, expected_close_date, owner_key, attribute_key, evidence
from ranked
union all
select * from told
