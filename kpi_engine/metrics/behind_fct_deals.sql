-- The deals behind a count, each with what it adds to it. Grain: deal_id.
select
    rows_of.day,
    rows_of.stage as what,
    rows_of.owner,
    deals.account,
    deals.contact,
    rows_of.deal_id,
    rows_of.status as outcome,
    null::varchar as ending,
    rows_of.counted
from (
    select deal_id, {time} as day, stage, owner, status, {expr} filter (where {where}) as counted
    from {model}
    where {condition} and {is_inside}
    group by all
) as rows_of
left join (select deal_id, account, contact from fct_deals) as deals on deals.deal_id = rows_of.deal_id
where counted > 0
order by day desc, owner, rows_of.deal_id
