-- The currency most deals are in; no row where none is named. Grain: one row.
select currency
from build_snapshots
where is_current and currency is not null
group by currency
order by count(*) desc, currency
limit 1
