-- Since when each deal's values are told by evidence of their day, and not only by what an export says in the end. Grain: deal_key.
create or replace table deal_known as
with

seen as (
    select
        deal_key,
        min(as_of) as seen_since,
        min(as_of) filter (where amount is not null) as amount_since,
        min(as_of) filter (where owner_key is not null) as owner_since,
        min(as_of) filter (where expected_close_date is not null) as expected_since
    from build_seen
    group by deal_key
)

select
    deals.deal_key,
    seen.seen_since,
    least(seen.amount_since, history.first_amount_at::date) as amount_since,
    least(seen.owner_since, history.first_owner_at::date) as owner_since,
    least(seen.expected_since, history.first_expected_close_at::date) as expected_since
from build_deals as deals
left join seen using (deal_key)
left join build_history as history using (deal_key)
