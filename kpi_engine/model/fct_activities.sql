-- One row per activity, typed, with the result of its qualification: by the rule in force on its day, and by today's. Grain: import_id, line.
create or replace table fct_activities as
with

-- Only meetings are qualified.
meetings as (
    select
        typed.import_id,
        typed.line,
        typed.occurred_date,
        typed.activity_type,
        typed.is_told_qualified,
        coalesce(imports.source_key, '') as source_key,
        typed.budget, typed.authority, typed.need, typed.timing, typed.exception_reason,
        [deals.budget, deals.authority, deals.need, deals.timing, deals.exception_reason] as of_deal,
        trim(concat(typed.budget, typed.authority, typed.need, typed.timing, typed.exception_reason)) <> '' as is_recorded
    from build_typed_activities as typed
    left join imports on imports.import_id = typed.import_id
    left join fct_deals as deals on deals.deal_id = typed.deal_id
    where typed.activity_type in ('meeting', 'visit', 'hosted_visit')
),

-- Whether the exports of one origin ever say anything about a meeting: where they do, a blank is a blank; where they do not, the deal stands in.
recording as (
    select source_key, bool_or(is_recorded) as is_recording
    from meetings
    group by source_key
),

told as (
    select
        meetings.import_id,
        meetings.line,
        meetings.source_key,
        meetings.occurred_date,
        meetings.activity_type,
        case when not is_recording then is_told_qualified end as is_told_qualified,
        case when is_recorded then 'meeting' when not is_recording and trim(array_to_string(of_deal, '')) <> '' then 'deal' end as judged_by,
        nullif(trim(case when is_recording then budget else of_deal[1] end), '') as budget,
        nullif(trim(case when is_recording then authority else of_deal[2] end), '') as authority,
        nullif(trim(case when is_recording then need else of_deal[3] end), '') as need,
        nullif(trim(case when is_recording then timing else of_deal[4] end), '') as timing,
        nullif(regexp_replace(lower(trim(case when is_recording then exception_reason else of_deal[5] end)), '\s+', ' ', 'g'), '') as reason
    from meetings
    inner join recording on recording.source_key = meetings.source_key
),

-- What a person writes for 'no' or 'not known yet' in a qualification field; anything else that is written is a yes.
answered as (
    select
        told.*,
        case when budget is not null then lower(budget) not in (select word from negative_words) end as has_budget,
        case when authority is not null then lower(authority) not in (select word from negative_words) end as has_authority,
        case when need is not null then lower(need) not in (select word from negative_words) end as has_need,
        case when timing is not null then lower(timing) not in (select word from negative_words) end as has_timing
    from told
),

-- What no meeting of one origin ever tells cannot be held against one.
ever_told as (
    select
        source_key,
        count(budget) > 0 as tells_budget,
        count(authority) > 0 as tells_authority,
        count(need) > 0 as tells_need,
        count(timing) > 0 as tells_timing
    from answered
    group by source_key
),

ruled as (
    select
        answered.*,
        ever_told.* exclude (source_key),
        rules.*,
        -- Without a day, today's rule.
        case
            when occurred_date is null then is_today
            else occurred_date >= valid_from and (valid_to is null or occurred_date < valid_to)
        end as is_then
    from answered
    inner join ever_told on ever_told.source_key = answered.source_key
    cross join qualification_rules_in_force as rules
    where is_today
        or (occurred_date >= valid_from and (valid_to is null or occurred_date < valid_to))
),

judged as (
    select
        import_id,
        line,
        judged_by,
        is_then,
        is_today,
        is_told_qualified,
        case
            when activity_type = 'hosted_visit' and is_hosted_enough then 'hosted_visit'
            when not list_contains(kinds, case when activity_type = 'hosted_visit' then 'visit' else activity_type end) then 'unknown'
            when judged_by is null and is_told_qualified then 'qualified'
            when judged_by is null and not is_told_qualified then 'not_qualified'
            when judged_by is null then 'unknown'
            when (coalesce(has_budget, false) or not needs_budget)
                and (coalesce(has_authority, false) or not needs_authority)
                and (coalesce(has_need, false) or not needs_need)
                and (coalesce(has_timing, false) or not needs_timing)
                then 'qualified'
            when reason is not null and (len(exceptions) = 0 or list_contains(exceptions, reason)) then 'allowed_exception'
            when (needs_budget and not coalesce(has_budget, not tells_budget))
                or (needs_authority and not coalesce(has_authority, not tells_authority))
                or (needs_need and not coalesce(has_need, not tells_need))
                or (needs_timing and not coalesce(has_timing, not tells_timing))
                then 'not_qualified'
            else 'unknown'
        end as ending
    from ruled
),

endings as (
    select
        import_id,
        line,
        max(case when is_then then ending end) as qualification,
        max(case when is_today then ending end) as qualification_today,
        max(coalesce(judged_by, case when is_told_qualified is not null then 'outcome' end)) as judged_by
    from judged
    group by import_id, line
)

select
    typed.*,
    endings.qualification,
    endings.qualification_today,
    endings.judged_by
from build_typed_activities as typed
left join endings on endings.import_id = typed.import_id and endings.line = typed.line
