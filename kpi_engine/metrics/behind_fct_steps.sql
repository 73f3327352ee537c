-- The steps of deals from milestone to milestone behind a count, each with what it adds to it. Grain: deal_key, sequence.
select
    rows_of.step_date as day,
    case when rows_of.is_lost then 'lost' else 'moved on' end as what,
    rows_of.owner,
    deals.account,
    deals.contact,
    keys.deal_id,
    deals.status as outcome,
    null::varchar as ending,
    rows_of.counted
from (
    select deal_key, sequence, step_date, is_lost, owner, {expr} filter (where {where}) as counted
    from {model}
    where {condition} and {is_inside}
    group by all
) as rows_of
inner join key_deals as keys on keys.deal_key = rows_of.deal_key
left join fct_deals as deals on deals.deal_id = keys.deal_id
where counted > 0
order by day desc, owner, keys.deal_id
