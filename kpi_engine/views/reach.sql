-- One row: how far the facts reach and what money they are in. Grain: one row.
with

deals as (
    select min(created_date) as first_created, min(closed_date) as first_closed, count(*) as deals from fct_deals
),

activities as (
    select min(occurred_date) as first_activity, count(*) as activities from fct_activities
),

currencies as (
    select currency from dim_currency
)

select least(first_created, first_closed) as first_deal, first_activity, deals, activities, (select currency from currencies) as currency
from deals
cross join activities
