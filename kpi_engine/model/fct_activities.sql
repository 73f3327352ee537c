-- One row per activity, typed, with the result of its qualification. Grain: import_id, line.
create or replace table fct_activities as
with

-- What a person writes for 'no' or 'not known yet' in a qualification field; anything else that is written is a yes.
answered as (
    select
        raw.*,
        case when trim(raw.budget) <> '' then lower(trim(raw.budget)) not in (select word from negative_words) end as has_budget,
        case when trim(raw.authority) <> '' then lower(trim(raw.authority)) not in (select word from negative_words) end as has_authority,
        case when trim(raw.need) <> '' then lower(trim(raw.need)) not in (select word from negative_words) end as has_need,
        case when trim(raw.timing) <> '' then lower(trim(raw.timing)) not in (select word from negative_words) end as has_timing
    from raw_activities as raw
    inner join build_activities using (import_id, line)
),

typed as (
    select
        answered.*,
        coalesce(types.activity_type, 'other') as canonical_type,
        owners.owner as owner_name,
        teams.team as owner_team,
        deals.deal_id is not null as is_deal_known,
        deals.pipeline,
        deals.segment,
        deals.source,
        deals.product
    from answered
    left join activity_labels as types on types.label is not distinct from answered.activity_type
    left join build_owner_names as owners on owners.written = answered.owner
    left join dim_owners as teams on teams.owner = owners.owner
    left join fct_deals as deals on deals.deal_id = answered.deal_id
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
    -- Dated after the day the files speak of, an activity that does not say so is still to come.
    coalesce(done, not occurred_at::date > (select max(as_of) from imports), true) as is_done,
    contact_level,
    -- Only meetings are qualified; nothing recorded is not the same as not qualified.
    case
        when canonical_type not in ('meeting', 'visit', 'hosted_visit') then null
        when canonical_type = 'hosted_visit' then 'hosted_visit'
        when has_authority and has_need then 'qualified'
        when trim(exception_reason) <> '' then 'allowed_exception'
        when coalesce(has_budget, has_authority, has_need, has_timing) is not null then 'not_qualified'
        else 'unknown'
    end as qualification,
    budget,
    authority,
    need,
    timing,
    exception_reason,
    is_deal_known,
    pipeline,
    segment,
    source,
    product
from typed
