-- The first day a deal was made on, and whether more than one in twenty was: then they were typed in on it, and began earlier. Grain: one row.
select
    min(created_date) as day,
    count(*) filter (where created_date = (select min(created_date) from deals)) * 20 > count(*) as is_typed_in
from deals
where created_date is not null
