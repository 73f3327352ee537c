-- The amounts in the history of a deal in another currency take its rate, too. Grain: deal_key, seq.
update build_changes
set
    amount = round(build_changes.amount * deals.rate, 2)::decimal(18, 2),
    old_amount = round(build_changes.old_amount * deals.rate, 2)::decimal(18, 2)
from build_deals as deals
where deals.deal_key = build_changes.deal_key
    and deals.rate is distinct from 1
    and (build_changes.amount is not null or build_changes.old_amount is not null)
