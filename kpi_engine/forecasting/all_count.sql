-- How many deals there are. Grain: one row.
select count(*) as n_deals from fct_deals
