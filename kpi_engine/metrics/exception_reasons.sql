-- Exceptions that were allowed, by reason and rep. Grain: reason, owner.
select
    min(coalesce(nullif(trim(activities.exception_reason), ''), trim(deals.exception_reason))) as reason,
    coalesce(activities.owner, '') as owner,
    count(*) as meetings
from {activities} as activities
left join (select deal_id, exception_reason from fct_deals) as deals on deals.deal_id = activities.deal_id
where activities.qualification = 'allowed_exception'
    and coalesce(activities.is_done, true)
    and ($since::date is null or activities.occurred_date >= $since::date)
    and ($until::date is null or activities.occurred_date <= $until::date)
    and {condition}
group by
    regexp_replace(lower(coalesce(nullif(trim(activities.exception_reason), ''), trim(deals.exception_reason))), '\s+', ' ', 'g'),
    coalesce(activities.owner, '')
order by reason, owner
