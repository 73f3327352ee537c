-- Every team that a people file or a deals export names. Grain: team.
create or replace temp table build_teams as
with

named as (
    select team from raw_deals
    union
    select team from build_people
)

select team, row_number() over (order by team)::integer as team_key
from named
where team is not null
