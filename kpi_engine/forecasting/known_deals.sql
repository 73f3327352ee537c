-- Each deal with what does not change, days as numbers since 1970 (null: not known). Grain: deal_key.
select
    keys.deal_key,
    deals.deal_id,
    deals.pipeline,
    case when not deals.is_undated then deals.created_date - date '1970-01-01' end as created,
    known.seen_since - date '1970-01-01' as seen_since,
    known.amount_since - date '1970-01-01' as amount_since,
    known.owner_since - date '1970-01-01' as owner_since,
    known.expected_since - date '1970-01-01' as expected_since,
    deals.source,
    deals.product,
    deals.segment
from key_deals as keys
inner join fct_deals as deals using (deal_id)
inner join deal_known as known using (deal_key)
order by keys.deal_key
