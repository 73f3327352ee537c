-- The condition that a day lies in a span, both ends included; a null end is open. Grain: none, it is a condition.
($since::date is null or {time} >= $since::date) and ($until::date is null or {time} <= $until::date)
