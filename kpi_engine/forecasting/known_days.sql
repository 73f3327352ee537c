-- Each deal's state from one day on, up to and not including the next, in numbers. Grain: deal_key, day.
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
order by days.deal_key, days.change_date
