-- Every activity, typed, with its deal's attributes and what its outcome says; not judged yet. Grain: import_id, line.
create or replace temp table build_typed_activities as
with

reach as (
    select max(as_of) as as_of from imports
),

typed as (
    select
        raw.* replace (coalesce(names.deal_id, raw.deal_id) as deal_id),
        coalesce(types.activity_type, 'other') as canonical_type,
        outcomes.is_reached,
        outcomes.is_success,
        outcomes.is_told_qualified,
        owners.owner as owner_name,
        teams.team as owner_team,
        deals.deal_id is not null as is_deal_known,
        deals.pipeline,
        deals.segment,
        deals.source,
        deals.product,
        -- Dated after the day the files speak of, an activity that does not say so is still to come.
        coalesce(raw.done, not raw.occurred_at::date > reach.as_of, true) as is_done,
        raw.occurred_at::date > reach.as_of as is_later
    from raw_activities as raw
    inner join build_activities using (import_id, line)
    cross join reach
    left join activity_labels as types on types.label is not distinct from raw.activity_type
    left join outcome_labels as outcomes on outcomes.label = raw.outcome
    left join build_owner_names as owners on owners.written = raw.owner
    left join dim_owners as teams on teams.owner = owners.owner
    left join build_deal_names as names on names.written = raw.deal_id
    left join fct_deals as deals on deals.deal_id = coalesce(names.deal_id, raw.deal_id)
)

select
    activity_id,
    import_id,
    line,
    deal_id,
    account,
    contact,
    owner_name as owner,
    owner_team as team,
    canonical_type as activity_type,
    activity_type as activity_label,
    subject,
    occurred_at,
    occurred_at::date as occurred_date,
    outcome,
    minutes,
    direction,
    is_done,
    -- Booked for a day that has come: it was held, or it was not.
    is_done or not coalesce(is_later, false) as is_due,
    contact_level,
    budget,
    authority,
    need,
    timing,
    exception_reason,
    is_deal_known,
    pipeline,
    segment,
    source,
    product,
    regexp_matches(lower(direction), '^\s*(in$|in-?bound|incoming|received|missed|eingehend|entrant|inkomend|ricevuta)')
        as is_inbound,
    -- A word for how a call went says more than how long it took; without one, a call that took time reached somebody.
    case
        when canonical_type = 'call' and is_done
            then coalesce(is_reached, case when outcome is null or trim(outcome) = '' then minutes > 0 end)
    end as is_reached,
    is_success,
    is_told_qualified,
    touches as touch_count,
    -- 1 to 9 apart, all above together; what is no number of contacts is none.
    case when touches >= 10 then '10+' when touches >= 1 then floor(touches)::integer::varchar end as touches
from typed
