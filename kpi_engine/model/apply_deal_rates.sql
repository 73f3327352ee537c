-- Each deal in another currency takes its rate. Grain: deal_key.
update build_deals
set rate = found.rate, is_rate_later = found.is_later
from (
    select days.deal_key, rates.rate, rates.is_later
    from build_rate_days as days
    inner join build_rates as rates using (currency, reference_date)
) as found
where found.deal_key = build_deals.deal_key
