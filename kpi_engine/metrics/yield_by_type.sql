-- What came of deals, shared out in equal parts among the activities done on each: expected value gained, and won value. Grain: activity_type (null: deals nothing was done on).
with

moved as (
    select deal_id, sum(change)::double as gained
    from ({booked}) as booked
    where cause in (select unnest($causes::varchar[]))
    group by deal_id
),

won as (
    select deal_id, closed_date, amount::double as won_value
    from {deals} as deals
    where status = 'won' and closed_date between $since::date and $until::date and {condition} and amount is not null
),

done as (
    select deal_id, activity_type, occurred_date
    from fct_activities
    where coalesce(is_done, true) and deal_id is not null and occurred_date <= $until::date
),

-- Expected value is moved by what is done in the period.
lately as (
    select deal_id, activity_type, count(*) as activities, sum(count(*)) over (partition by deal_id) as of_deal
    from done
    where occurred_date >= $since::date
    group by deal_id, activity_type
),

-- An order is won by all that was done up to it, however long ago.
ever as (
    select won.deal_id, done.activity_type, count(*) as activities, sum(count(*)) over (partition by won.deal_id) as of_deal
    from won
    inner join done on done.deal_id = won.deal_id and done.occurred_date <= won.closed_date
    group by won.deal_id, done.activity_type
),

shared as (
    select lately.activity_type, moved.gained * coalesce(lately.activities / lately.of_deal, 1) as gained, 0 as won_value
    from moved
    left join lately on lately.deal_id = moved.deal_id
    union all
    select ever.activity_type, 0, won.won_value * coalesce(ever.activities / ever.of_deal, 1)
    from won
    left join ever on ever.deal_id = won.deal_id
)

select
    activity_type,
    -- In decimals: floating sums depend on the order of the rows.
    sum(gained::decimal(38, 6))::double as gained,
    sum((gained * gained)::decimal(38, 4))::double as gained_squares,
    sum(won_value::decimal(38, 6))::double as won_value,
    sum((won_value * won_value)::decimal(38, 4))::double as won_squares
from shared
group by activity_type
order by activity_type
