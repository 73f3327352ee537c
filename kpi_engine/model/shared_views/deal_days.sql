-- Each deal's state at the end of every day on which it changed. Grain: deal_key, change_date.
create or replace temp view deal_days as
select
    days.* replace (
        (days.amount * sharing.factor)::decimal(18, 2) as amount,
        (days.prev_amount * sharing.factor)::decimal(18, 2) as prev_amount
    )
from {whole}.deal_days as days
cross join sharing
