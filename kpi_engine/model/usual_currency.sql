-- The currency most deal rows are in; no row where none is named. Grain: one row.
select currency
from raw_deals
where currency is not null
group by currency
order by count(*) desc, currency
limit 1
