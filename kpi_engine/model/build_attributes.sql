-- Every combination of what only a deals export says about a deal. Grain: attribute_key.
create or replace temp table build_attributes as
with

combined as (
    select distinct segment, source, product from build_snapshots
)

select
    row_number() over (order by segment nulls first, source nulls first, product nulls first)::integer as attribute_key,
    *
from combined
