-- One deal as it stood at the end of $as_of, where the viewer may see it. Grain: deal_id.
select
    standing.deal_id,
    coalesce(deals.deal_name, standing.deal_id) as deal_name,
    deals.account,
    standing.owner,
    standing.stage,
    standing.kind,
    standing.amount::double as amount,
    standing.expected_close_date,
    deals.delivery_date,
    deals.created_date
from (select * from fct_changes where {condition}) as standing
inner join fct_deals as deals on deals.deal_id = standing.deal_id
where standing.deal_id = $deal_id
    and standing.change_date <= $as_of::date and (standing.left_date is null or standing.left_date > $as_of::date)
