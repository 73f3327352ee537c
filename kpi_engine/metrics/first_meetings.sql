-- Deals by how the first meeting that was held with them ended, and what became of them. Grain: ending, reason.
with

held as (
    select
        activities.deal_id,
        activities.qualification,
        case
            when activities.qualification = 'allowed_exception'
                then coalesce(nullif(trim(activities.exception_reason), ''), trim(deals.exception_reason))
        end as reason
    from {activities} as activities
    left join fct_deals as deals on deals.deal_id = activities.deal_id
    where activities.qualification is not null
        and coalesce(activities.is_done, true)
        and activities.occurred_date is not null
        and ($at::date is null or activities.occurred_date <= $at::date)
    qualify row_number() over (
        partition by activities.deal_id order by activities.occurred_at, activities.import_id, activities.line
    ) = 1
),

told as (
    select
        deal_id,
        status,
        amount,
        status in ('won', 'lost')
            and ($since::date is null or closed_date >= $since::date)
            and ($until::date is null or closed_date <= $until::date) as is_resolved
    from {deals} as deals
    where {condition}
),

placed as (
    select
        coalesce(held.qualification, 'no_meeting') as ending,
        held.reason,
        {spoken} as spoken,
        told.*
    from told
    left join held on held.deal_id = told.deal_id
)

select
    ending,
    min(reason) as reason,
    count(*) as deals,
    count(*) filter (where is_resolved) as resolved,
    count(*) filter (where is_resolved and status = 'won') as won,
    count(*) filter (where is_resolved and status = 'won' and amount is null) as without_amount,
    coalesce(sum(case when is_resolved and status = 'won' then amount end), 0)::double as won_value,
    coalesce(sum(case when is_resolved and status = 'won' then (amount * amount)::decimal(38, 4) end), 0)::double as squares
from placed
group by ending, spoken
order by ending, spoken
