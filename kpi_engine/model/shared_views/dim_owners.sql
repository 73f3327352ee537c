-- One row per person, of others nothing but that they are there. Grain: owner.
create or replace temp view dim_owners as
select
    names.shown as owner,
    case when names.is_shared then people.team end as team,
    case when names.is_shared then people.role end as role,
    case when names.is_shared then people.email end as email,
    case when names.is_shared then people.is_active else true end as is_active
from {whole}.dim_owners as people
inner join shared_names as names using (owner)
