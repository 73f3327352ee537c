-- The state of each deal asked for from one day on, up to and not including the next, in numbers. Grain: deal_key, day.
with

chosen as (
    select deal_key
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
    days.deal_key,
    days.change_date - date '1970-01-01' as day,
    days.left_date - date '1970-01-01' as left_day,
    days.stage_key,
    days.kind_code,
    days.amount::double as amount,
    days.expected_close_date - date '1970-01-01' as expected,
    days.owner_key,
    days.team_key,
    days.evidence
from deal_days as days
where ($one_in = 1 or days.deal_key in (select deal_key from chosen))
    and ($open_at is null or days.deal_key in (select deal_key from open_then))
order by days.deal_key, days.change_date
