-- What the newest export of a deal has no column for, as an older one said it last. Grain: deal_key.
create or replace temp table build_described as
with

-- Where there is only one export it is the newest: there is none here, and nothing else is read.
followed as (
    select import_id
    from build_exports
    qualify count(*) over () > 1
),

several as (
    select deals.*
    from raw_deals as deals
    inner join followed using (import_id)
),

filled as (
    select
        import_id,
        bool_or(deal_name is not null) as has_deal_name,
        bool_or(account is not null) as has_account,
        bool_or(contact is not null) as has_contact,
        bool_or(crm_probability is not null) as has_crm_probability,
        bool_or(delivery_date is not null) as has_delivery_date,
        bool_or(last_activity_at is not null) as has_last_activity_at,
        bool_or(next_step is not null) as has_next_step,
        bool_or(next_step_date is not null) as has_next_step_date,
        bool_or(lost_reason is not null) as has_lost_reason,
        bool_or(budget is not null) as has_budget,
        bool_or(authority is not null) as has_authority,
        bool_or(need is not null) as has_need,
        bool_or(timing is not null) as has_timing,
        bool_or(exception_reason is not null) as has_exception_reason,
        bool_or(amount is not null) as has_amount
    from several
    group by import_id
),

told as (
    select
        keys.deal_key,
        exports.export_order * 17179869184 + deals.line as seq,
        deals.*,
        filled.* exclude (import_id)
    from several as deals
    inner join build_deal_keys as keys using (deal_id)
    inner join build_exports as exports using (import_id)
    inner join filled using (import_id)
)

select
    deal_key,
    case when not arg_max(has_deal_name, seq) then arg_max(deal_name, seq) end as deal_name,
    case when not arg_max(has_account, seq) then arg_max(account, seq) end as account,
    case when not arg_max(has_contact, seq) then arg_max(contact, seq) end as contact,
    case when not arg_max(has_crm_probability, seq) then arg_max(crm_probability, seq) end as crm_probability,
    case when not arg_max(has_delivery_date, seq) then arg_max(delivery_date, seq) end as delivery_date,
    case when not arg_max(has_last_activity_at, seq) then arg_max(last_activity_at, seq) end as last_activity_at,
    case when not arg_max(has_next_step, seq) then arg_max(next_step, seq) end as next_step,
    case when not arg_max(has_next_step_date, seq) then arg_max(next_step_date, seq) end as next_step_date,
    case when not arg_max(has_lost_reason, seq) then arg_max(lost_reason, seq) end as lost_reason,
    case when not arg_max(has_budget, seq) then arg_max(budget, seq) end as budget,
    case when not arg_max(has_authority, seq) then arg_max(authority, seq) end as authority,
    case when not arg_max(has_need, seq) then arg_max(need, seq) end as need,
    case when not arg_max(has_timing, seq) then arg_max(timing, seq) end as timing,
    case when not arg_max(has_exception_reason, seq) then arg_max(exception_reason, seq) end as exception_reason,
    case when not arg_max(has_amount, seq) then arg_max(amount, seq) end as amount
from told
group by deal_key
having count(*) > 1
