-- Each deal open at the end of $as_of, with the next step and the last activity as the newest export up to that day told them. Grain: deal_id.
with

open_deals as (
    select keys.deal_id
    from deal_days as days
    inner join key_deals as keys on keys.deal_key = days.deal_key
    where days.kind_code = 0 and days.change_date <= $as_of::date and (days.left_date is null or days.left_date > $as_of::date)
),

exports as (
    select import_id, coalesce(as_of, $newest::date) as as_of
    from imports
    where kind = 'deals' and coalesce(as_of, $newest::date) <= $as_of::date
),

-- A column that is blank in every row was not exported: it says nothing of any deal.
filled as (
    select
        raw.import_id,
        bool_or(raw.next_step_date is not null) as has_steps,
        bool_or(raw.last_activity_at is not null) as has_last
    from raw_deals as raw
    inner join exports on exports.import_id = raw.import_id
    group by raw.import_id
),

lines as (
    select
        raw.deal_id,
        raw.next_step,
        raw.next_step_date,
        raw.last_activity_at::date as last_activity_date,
        filled.has_steps,
        filled.has_last,
        row_number() over (
            partition by raw.deal_id, filled.has_steps order by exports.as_of desc, raw.import_id desc, raw.line desc
        ) as step_place,
        row_number() over (
            partition by raw.deal_id, filled.has_last order by exports.as_of desc, raw.import_id desc, raw.line desc
        ) as last_place
    from raw_deals as raw
    inner join open_deals on open_deals.deal_id = raw.deal_id
    inner join exports on exports.import_id = raw.import_id
    inner join filled on filled.import_id = raw.import_id
)

select
    deals.deal_id,
    deals.deal_name,
    deals.account,
    deals.delivery_date,
    steps.deal_id is not null as is_step_told,
    steps.next_step,
    steps.next_step_date,
    lasts.deal_id is not null as is_last_told,
    lasts.last_activity_date
from fct_deals as deals
inner join open_deals on open_deals.deal_id = deals.deal_id
left join lines as steps on steps.deal_id = deals.deal_id and steps.has_steps and steps.step_place = 1
left join lines as lasts on lasts.deal_id = deals.deal_id and lasts.has_last and lasts.last_place = 1
order by deals.deal_id
