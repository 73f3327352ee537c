-- How many deals were known at the end of a day: those created by then or, without a created date, shown by then. Grain: one row.
select count(*) as n_deals
from key_deals as keys
inner join fct_deals as deals using (deal_id)
inner join deal_known as known using (deal_key)
where case when deals.is_undated then known.seen_since else deals.created_date end <= $as_of::date
