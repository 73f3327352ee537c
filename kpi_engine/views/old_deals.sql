-- How long won deals took at most, nine times in ten, and how many open ones are older; at the end of one day. Grain: one row.
with

deals as (
    select *
    from fct_deals
    where {condition} and created_date <= $as_of::date and not is_undated
),

won as (
    select count(*) as won, quantile_disc(date_diff('day', created_date, closed_date), 0.9) as days
    from deals
    -- Where nobody knows the day a deal was won it stands in 1970.
    where kind in ('won', 'paid') and closed_date between created_date and $as_of::date
),

open as (
    select *
    from deals
    where closed_date is null or closed_date > $as_of::date
)

select
    any_value(won.won) as won,
    any_value(won.days)::bigint as days,
    count(*) as open_deals,
    count(*) filter (where date_diff('day', created_date, $as_of::date) > won.days) as older,
    coalesce(sum(amount) filter (where date_diff('day', created_date, $as_of::date) > won.days), 0)::double as value
from open
cross join won
