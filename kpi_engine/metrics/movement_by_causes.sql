-- What some causes added to expected value together, and how many deals they moved. Grain: one row.
select
    coalesce(sum(change), 0)::decimal(38, 8) as change,
    count(distinct deal_id) as deals
from ({booked}) as booked
where cause in (select unnest($causes::varchar[]))
