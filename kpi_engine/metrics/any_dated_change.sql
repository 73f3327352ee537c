-- One row where a deal changed on a day that is known.
select 1 as one
from fct_changes
where not is_undated
limit 1
