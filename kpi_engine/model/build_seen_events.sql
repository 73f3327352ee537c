-- What each export adds to what is already known of a deal: an ending, a move, or other values. Grain: seen_key.
create or replace temp table build_seen_events as
with

covered as (
    select greatest(
        (select max(happened_at)::date from build_changes),
        (select max(as_of) from imports where kind = 'stage_changes')
    ) as covered_until
),

compared as (
    select
        seen.*,
        before.seen_key is not null as has_before,
        before.as_of as before_date,
        before.as_of_at as before_at,
        before.outcome as before_outcome,
        before.stage_key as before_stage_key,
        -- It was missing from an export in between.
        coalesce(seen.own_missed_as_of < seen.as_of and seen.own_before_outcome = 0, false) as has_returned,
        history.deal_key is not null as has_history,
        coalesce(history.last_at > seen.as_of_at, false) as is_outdated,
        history.deal_key is not null and seen.as_of <= covered.covered_until as is_covered,
        history.last_at,
        history.last_outcome,
        history.last_stage_key,
        coalesce(
            seen.has_amount and not (seen.outcome <> 0 and coalesce(seen.amount, 0) = 0) and (
                (before.seen_key is not null and before.amount is distinct from seen.amount)
                or (before.seen_key is null and history.last_amount <> coalesce(seen.amount, history.last_amount - 1))
            ),
            false
        ) as has_new_amount,
        coalesce(
            seen.has_owner and (
                (before.seen_key is not null and before.owner_key is distinct from seen.owner_key)
                or (before.seen_key is null and history.last_owner_key <> coalesce(seen.owner_key, 0))
            ),
            false
        ) as has_new_owner,
        coalesce(
            seen.has_expected_close and seen.outcome = 0 and (
                (before.seen_key is not null and before.expected_close_date is distinct from seen.expected_close_date)
                or (
                    before.seen_key is null
                    and history.last_expected_close <> coalesce(seen.expected_close_date, history.last_expected_close - 1)
                )
            ),
            false
        ) as has_new_expected_close,
        coalesce(
            before.attribute_key <> seen.attribute_key or before.team_key is distinct from seen.team_key and before.seen_key is not null,
            false
        ) as has_new_attributes
    from build_seen as seen
    cross join covered
    left join build_seen as before on before.seen_key = seen.before_key
    -- A history that begins after this export says nothing about it.
    left join build_history as history on history.deal_key = seen.deal_key and history.first_at <= seen.as_of_at
),

judged as (
    select
        *,
        outcome <> 0
        and not is_outdated
        and (not has_before or before_outcome <> outcome)
        and not coalesce(last_outcome = outcome or (is_covered and last_outcome in (1, 2) and outcome in (1, 2)), false)
        -- 'Over, and nobody says how' takes nothing back.
        and not (outcome = 5 and (coalesce(last_outcome in (1, 2, 3), false) or coalesce(before_outcome in (1, 2, 3), false)))
            as is_ending,
        outcome = 0
        and not is_outdated
        and (
            has_returned
            or (not is_covered and has_before and (before_outcome <> 0 or before_stage_key <> stage_key))
            or (
                not is_covered and not has_before and has_history
                and (last_outcome is distinct from 0 or last_stage_key is distinct from stage_key)
            )
            -- From its first sight on, the stage of a deal that is looked at again and again is seen and not inferred.
            or (not has_before and not has_history and is_repeated)
        ) as is_move
    from compared
),

timed as (
    select
        *,
        case
            when is_ending then coalesce(ended_at, least(coalesce(stage_changed_at, last_at, as_of_at), as_of_at))
            when is_move and stage_changed_at::date <= as_of and not has_returned and has_before then stage_changed_at
        end as stated_at
    from judged
)

select
    seen_key,
    deal_key,
    attribute_key,
    team_key,
    as_of_at,
    is_ending,
    is_move,
    has_before,
    previous_as_of,
    case
        -- The export before still showed it as it was: it happened later than that.
        when has_before and stated_at::date < before_date then as_of_at
        when has_before and stated_at::date = before_date then greatest(stated_at, before_at + interval 1 millisecond)
        when stated_at is null then as_of_at
        when last_at > stated_at and last_at <= as_of_at then last_at
        else stated_at
    end as happened_at,
    case when is_ending or (is_move and not is_covered) then stage_key end as stage_key,
    case when is_ending or is_move then outcome end as outcome,
    case
        -- What an ending blanks was worth what was known before.
        when not has_amount or (outcome <> 0 and coalesce(amount, 0) = 0) then null
        else coalesce(amount, -9999999999999999.99::decimal(18, 2))
    end as amount,
    case
        when not has_expected_close or outcome <> 0 then null
        else coalesce(expected_close_date, date '0001-01-01')
    end as expected_close_date,
    case when has_owner then coalesce(owner_key, 0) end as owner_key,
    is_ending or is_move or (
        not is_outdated and (has_new_amount or has_new_owner or has_new_expected_close or has_new_attributes)
    ) as says_something_new
from timed
