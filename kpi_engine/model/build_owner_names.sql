-- Every way an owner is written in the files, and the name that is meant. Grain: written.
create or replace temp table build_owner_names as
with

written as (
    select owner as written from raw_deals
    union
    select owner from raw_stage_changes
    union
    select owner from raw_activities
    union
    select owner from raw_targets
    union
    select owner from raw_contacts
    union
    select owner from build_people
),

ids as (
    select owner_id, min(owner) as owner
    from build_people
    where owner_id is not null
    group by owner_id
),

meant as (
    select written.written, coalesce(people.owner, ids.owner, written.written) as owner
    from written
    left join build_people as people on people.owner = written.written
    left join ids on ids.owner_id = written.written
    where written.written is not null
)

select
    meant.written,
    meant.owner,
    teams.team_key,
    dense_rank() over (order by meant.owner)::integer as owner_key
from meant
left join build_people as people on people.owner = meant.owner
left join build_teams as teams on teams.team = people.team
