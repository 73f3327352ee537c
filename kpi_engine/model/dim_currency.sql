-- The currency all amounts are in; no row where no file and no setting names one. Grain: one row.
create or replace table dim_currency as
select $reporting_currency as currency
where $reporting_currency <> ''
