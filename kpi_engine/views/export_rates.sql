-- The exchange rates as they were imported; the newest of a day counts. Grain: import_id, line.
select currency, date, rate, import_id, line
from raw_rates
order by all
