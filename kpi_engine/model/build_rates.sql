-- What one unit of a currency is worth in the reporting currency, for each day a deal needs it. Grain: currency, reference_date.
create or replace temp table build_rates as
with

needed as (
    select distinct currency, reference_date from build_rate_days
),

known as (
    select currency, date, arg_max(rate, import_id * 17179869184 + line) as rate
    from raw_rates
    where currency is not null and date is not null and rate is not null
    group by currency, date
)

-- Where no rate is known so early, the earliest there is.
select
    needed.currency,
    needed.reference_date,
    coalesce(
        arg_max(known.rate, known.date) filter (where known.date <= needed.reference_date), arg_min(known.rate, known.date)
    ) as rate,
    min(known.date) > needed.reference_date as is_later
from needed
inner join known on known.currency = needed.currency
group by needed.currency, needed.reference_date
