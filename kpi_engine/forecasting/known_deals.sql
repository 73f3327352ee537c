-- Each deal asked for (one in so many by a hash of its id; only those open on a day) with what does not change, days as numbers since 1970 (null: not known). Grain: deal_key.
with

chosen as (
    select deal_key, deal_id
    from key_deals
    where case when $one_in = 1 then true else hash(deal_id) % $one_in::ubigint = 0 end
),

open_then as (
    select distinct deal_key
    from deal_days
    where $open_at is not null
        and kind_code = 0
        and change_date < date '1970-01-01' + $open_at::integer
        and (left_date is null or left_date >= date '1970-01-01' + $open_at::integer)
)

select
    chosen.deal_key,
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
from chosen
inner join fct_deals as deals using (deal_id)
inner join deal_known as known using (deal_key)
where $open_at is null or chosen.deal_key in (select deal_key from open_then)
order by chosen.deal_key
