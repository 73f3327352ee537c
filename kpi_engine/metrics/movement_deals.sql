-- One row per deal, day and cause, largest first. Grain: deal_id, change_date, cause.
select
    booked.deal_id,
    d.deal_name,
    d.account,
    coalesce(booked.owner, d.owner) as owner,
    booked.cause,
    booked.change,
    booked.change_date,
    booked.prev_stage as from_stage,
    booked.stage as to_stage,
    booked.prev_amount as from_amount,
    booked.amount as to_amount,
    booked.evidence
from ({booked}) as booked
left join fct_deals as d on booked.deal_id = d.deal_id
where $cause::varchar is null or booked.cause = $cause
order by abs(booked.change) desc, booked.change_date, booked.deal_id, booked.cause
