-- One row per deal open at the end of $as_of, with when it is expected (or, $by_delivery, delivered). Grain: deal_id.
with

open_deals as (
    select *
    from fct_changes
    where change_date <= $as_of::date and (left_date is null or left_date > $as_of::date) and kind = 'open' and {condition}
),

due as (
    select
        open_deals.*,
        case when $by_delivery::boolean then known.delivery_date else open_deals.expected_close_date end as due_date
    from open_deals
    left join fct_deals as known on known.deal_id = open_deals.deal_id
)

select
    deal_id,
    owner,
    coalesce(pipeline, '') as in_pipeline,
    stage,
    amount,
    expected_close_date,
    case
        when due_date is null then 'none'
        when due_date < $as_of::date then 'overdue'
        when due_date >= $horizon::date then 'later'
        else 'month'
    end as timing,
    date_trunc('month', due_date)::date as expected_month
from due
