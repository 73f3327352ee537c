-- What each change of a deal adds to what is open. Grain: change of a deal, side.
create or replace temp view open_days as
select days.* replace ((days.amount_change * sharing.factor)::decimal(18, 2) as amount_change)
from {whole}.open_days as days
cross join sharing
