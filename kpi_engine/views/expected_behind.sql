-- The deals behind one bar, largest first. Grain: deal_id.
with

timed as (
    {deals}
)

select
    timed.deal_id,
    coalesce(known.deal_name, timed.deal_id) as deal_name,
    known.account,
    timed.owner,
    timed.stage,
    timed.amount::double as amount,
    timed.expected_close_date
from timed
left join fct_deals as known on timed.deal_id = known.deal_id
where timed.timing = $timing and (timed.timing <> 'month' or timed.expected_month = $month::date)
order by timed.amount desc nulls last, timed.expected_close_date, timed.deal_id
