-- What one unit of a currency is worth in the reporting currency, for each day a deal needs it. Grain: currency, reference_date.
create or replace temp table build_rates as
with

needed as (
    select distinct
        currency,
        case
            when said in ('won', 'lost', 'closed') and closed_at::date < as_of then closed_at::date
            else as_of
        end as reference_date
    from build_snapshots
    where is_current and currency is not null and currency <> $reporting_currency
),

known as (
    select currency, date, arg_max(rate, import_id * 1000000000 + line) as rate
    from raw_rates
    where currency is not null and date is not null and rate is not null
    group by currency, date
)

select needed.currency, needed.reference_date, arg_max(known.rate, known.date) as rate
from needed
inner join known on known.currency = needed.currency and known.date <= needed.reference_date
group by needed.currency, needed.reference_date
