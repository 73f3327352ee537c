-- How long won deals took and how often deals are won, over those decided in $since .. $as_of. Grain: one row.
with

deals as materialized (
    select * from {deals} as seen
),

-- Deals typed in on the first day of the data began earlier: how long they took is not known.
first_day as (
    {first_day}
),

contacts as (
    select
        deal_id,
        min(occurred_date) as first_contact,
        min(occurred_date) filter (where activity_type in ('meeting', 'visit', 'hosted_visit')) as first_meeting
    from fct_activities
    where deal_id is not null and occurred_date <= $as_of::date and coalesce(is_done, true)
    group by deal_id
),

decided as (
    select
        deals.status = 'won' as is_won,
        -- An amount of 0 is one that nobody filled in.
        nullif(deals.amount, 0) as amount,
        contacts.first_meeting,
        deals.created_date,
        least(deals.created_date, coalesce(contacts.first_contact, deals.created_date)) as first_contact,
        deals.closed_date,
        case when $by_delivery::boolean then deals.delivery_date else deals.closed_date end as landed,
        not (first_day.is_typed_in and deals.created_date = first_day.day) as is_timed
    from deals
    left join contacts on contacts.deal_id = deals.deal_id
    cross join first_day
    where
        deals.status in ('won', 'lost')
        and deals.closed_date between $since::date and $as_of::date
        and {condition}
),

timed as (
    select
        *,
        case when is_won and is_timed then landed - first_contact end as contact_days,
        case when is_won and is_timed then landed - created_date end as created_days,
        case when is_won and is_timed then landed - first_meeting end as meeting_days,
        case when is_won and $by_delivery::boolean then landed - closed_date end as signed_days
    from decided
)

select
    count(*) filter (where is_won) as n_won,
    count(*) as n_decided,
    count(first_meeting) as n_met,
    sum(amount) filter (where is_won)::double as won_value,
    sum(amount)::double as decided_value,
    count(amount) filter (where is_won) as n_won_with_amount,
    count(amount) as n_with_amount,
    count(contact_days) filter (where contact_days >= 0) as contact_n,
    percentile_cont(0.5) within group (order by contact_days) filter (where contact_days >= 0) as contact_median,
    percentile_cont(0.8) within group (order by contact_days) filter (where contact_days >= 0) as contact_most,
    count(created_days) filter (where created_days >= 0) as created_n,
    percentile_cont(0.5) within group (order by created_days) filter (where created_days >= 0) as created_median,
    percentile_cont(0.8) within group (order by created_days) filter (where created_days >= 0) as created_most,
    count(created_days) filter (where created_days between 0 and $days_left::integer) as created_in_time,
    count(meeting_days) filter (where meeting_days >= 0) as meeting_n,
    percentile_cont(0.5) within group (order by meeting_days) filter (where meeting_days >= 0) as meeting_median,
    percentile_cont(0.8) within group (order by meeting_days) filter (where meeting_days >= 0) as meeting_most,
    count(signed_days) filter (where signed_days >= 0) as signed_n,
    percentile_cont(0.5) within group (order by signed_days) filter (where signed_days >= 0) as signed_median,
    percentile_cont(0.8) within group (order by signed_days) filter (where signed_days >= 0) as signed_most
from timed
