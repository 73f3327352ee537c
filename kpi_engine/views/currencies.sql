-- Every currency the files name. Grain: currency.
select currency from raw_deals where currency is not null
union
select currency from raw_rates where currency is not null
order by currency
