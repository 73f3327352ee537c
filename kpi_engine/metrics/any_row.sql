-- One row where a fact table holds anything at all.
select 1 as one
from {model}
limit 1
