-- Where each deal was from its creation until the first evidence, and its first known values. Grain: deal_key.
create or replace temp table build_beginnings as
with

first_seen as (
    select seen.*, events.happened_at as event_at
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
    select pipeline_key, stage_key as unknown_key
    from build_stages
    where kind_code = 0 and stage_id is null
),

known as (
    select
        deals.deal_key,
        unknown.unknown_key,
        least(coalesce(created.created_at, history.created_at), history.created_at, history.first_at) as created_at,
        history.deal_key is not null
        and (
            first_seen.deal_key is null
            or history.first_at <= first_seen.as_of_at
            -- What the history tells only later, the export shows: it was made after its newest date.
            or (history.first_before_key <> first_seen.stage_key and history.last_stage_key = first_seen.stage_key)
        ) as starts_in_history,
        history.* exclude (deal_key, created_at),
        first_seen.* exclude (deal_key, created_at)
    from build_deals as deals
    inner join unknown using (pipeline_key)
    left join created on created.deal_key = deals.deal_key
    left join build_history as history on history.deal_key = deals.deal_key
    left join first_seen on first_seen.deal_key = deals.deal_key
),

judged as (
    select
        known.*,
        before_stages.stage_key is null as is_unplaced,
        before_stages.kind_code as before_kind_code,
        not starts_in_history and outcome = 0 and stage_changed_at > created_at and stage_changed_at <= as_of_at
            as is_moved_since,
        -- Its first stage is entered on the day it is created: the history tells it from the beginning.
        starts_in_history
        and first_before_key = first_stage_key
        and created_at::date = first_stage_at::date as is_told_from_creation
    from known
    left join build_stages as before_stages on before_stages.stage_key = known.first_before_key
)

select
    deal_key,
    created_at,
    -- What an export shows was there on its day, whatever a later one says of its creation.
    least(created_at, as_of_at) as begins_at,
    -- A deal that ended before the day it was created on, or that has no created date and was never seen open, was never open.
    not is_told_from_creation is true
    and (starts_in_history or outcome = 0 or coalesce(event_at::date >= created_at::date, false)) as has_beginning,
    case
        -- A history of other fields says nothing of the stage.
        when starts_in_history and is_unplaced then case when outcome = 0 then stage_key else unknown_key end
        when starts_in_history and before_kind_code <> 0 and created_at < first_stage_at then unknown_key
        when starts_in_history then first_before_key
        when outcome <> 0 or is_moved_since then unknown_key
        else stage_key
    end as begin_key,
    case when starts_in_history and created_at = first_stage_at then coalesce(before_kind_code, 0) else 0 end::tinyint
        as begin_outcome,
    case
        when starts_in_history and created_at::date = first_stage_at::date then 2
        when is_repeated and previous_as_of < created_at::date then 1
        else 0
    end::tinyint as begin_evidence,
    case when is_moved_since then stage_changed_at end as moved_at,
    stage_key as moved_to_key,
    case
        when first_amount_at <= as_of_at or amount = last_amount then first_amount
        else coalesce(amount, first_amount)
    end as amount,
    case
        when first_expected_close_at <= as_of_at or expected_close_date = last_expected_close then first_expected_close
        else coalesce(expected_close_date, first_expected_close)
    end as expected_close_date,
    case
        when first_owner_at <= as_of_at or owner_key = last_owner_key then first_owner_key
        else coalesce(owner_key, first_owner_key)
    end as owner_key,
    team_key,
    attribute_key,
    created_at is null as is_undated
from judged
