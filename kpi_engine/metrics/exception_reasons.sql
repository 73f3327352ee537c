-- Exceptions that were allowed, by reason (each in one spelling) and rep. Grain: reason, owner.
with

allowed as (
    select
        coalesce(nullif(trim(activities.exception_reason), ''), trim(deals.exception_reason)) as written,
        coalesce(activities.owner, '') as owner
    from {activities} as activities
    left join (select deal_id, exception_reason from fct_deals) as deals on deals.deal_id = activities.deal_id
    where activities.qualification = 'allowed_exception'
        and coalesce(activities.is_done, true)
        and ($since::date is null or activities.occurred_date >= $since::date)
        and ($until::date is null or activities.occurred_date <= $until::date)
        and {condition}
),

told as (
    select min(written) over (partition by {spoken}) as reason, owner
    from allowed
)

select reason, owner, count(*) as meetings
from told
group by reason, owner
order by reason, owner
