-- Won value for the months after the one $at lies in. Grain: one row.
select
    coalesce(sum(amount) filter (where delivery_date > last_day($at::date)), 0)::double as value,
    count(amount) filter (where delivery_date > last_day($at::date)) as n,
    count(delivery_date) as with_delivery
from {deals} as deals
where status = 'won' and {condition}
