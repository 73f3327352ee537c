-- One row per cause: what it added to expected value. Grain: cause.
select
    cause,
    sum(change)::decimal(38, 8) as change
from ({booked}) as booked
group by cause
