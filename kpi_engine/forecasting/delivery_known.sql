-- How many of the deals that are open or won say when they are delivered. Grain: one row.
select
    count(*) as deals,
    count(delivery_date) as with_delivery
from {deals} as deals
where status in ('open', 'won') and {condition}
