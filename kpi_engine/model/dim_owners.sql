-- One row per person who owns or does anything. Grain: owner.
create or replace table dim_owners as
with

-- Without a people file, a person's team is the one most of the person's deals name.
worked as (
    select owner, team
    from (select owner, team, count(*) as n from fct_deals where owner is not null and team is not null group by all)
    qualify row_number() over (partition by owner order by n desc, team) = 1
),

named as (
    select distinct owner from build_owner_names
)

select
    named.owner,
    coalesce(people.team, worked.team) as team,
    people.role,
    people.email,
    coalesce(people.is_active, true) as is_active
from named
left join build_people as people using (owner)
left join worked using (owner)
order by named.owner
