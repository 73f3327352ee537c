-- Next steps that were agreed for a day in $since .. $until: whether something was done with the deal by then, and whether an export told of them before their day. Grain: deal_id, due_date.
with

exports as (
    select import_id, coalesce(as_of, $newest::date) as as_of
    from imports
    where kind = 'deals' and coalesce(as_of, $newest::date) <= $as_of::date
),

agreed as (
    select raw.deal_id, raw.next_step_date as due_date, min(exports.as_of) as told_on
    from raw_deals as raw
    inner join exports on exports.import_id = raw.import_id
    where raw.next_step_date is not null
        and raw.next_step_date < $as_of::date
        and ($since::date is null or raw.next_step_date >= $since::date)
        and ($until::date is null or raw.next_step_date <= $until::date)
    group by raw.deal_id, raw.next_step_date
),

mine as (
    select agreed.*, deals.closed_date
    from agreed
    inner join (select * from {deals} where {condition}) as deals on deals.deal_id = agreed.deal_id
    -- What had ended before its day needs no follow-up.
    where deals.closed_date is null or deals.closed_date >= agreed.due_date
),

done as (
    select deal_id, occurred_date as day
    from fct_activities
    where coalesce(is_done, true) and deal_id is not null and occurred_date <= $as_of::date
    union
    select raw.deal_id, raw.last_activity_at::date
    from raw_deals as raw
    inner join exports on exports.import_id = raw.import_id
    where raw.last_activity_at is not null
),

kept as (
    select distinct mine.deal_id, mine.due_date
    from mine
    left join done on done.deal_id = mine.deal_id
    where done.day between mine.due_date - 7 and mine.due_date + 1
        or mine.closed_date between mine.due_date and mine.due_date + 1
)

select
    count(*) as n,
    count(kept.deal_id) as kept,
    count(*) filter (where mine.told_on > mine.due_date) as told_late,
    (select count(*) from done) as done
from mine
left join kept on kept.deal_id = mine.deal_id and kept.due_date = mine.due_date
