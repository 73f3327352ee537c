-- The reps the viewer may see. Grain: owner.
select *
from dim_owners
where {condition}
order by all
