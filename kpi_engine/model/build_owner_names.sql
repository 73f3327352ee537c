-- Every way an owner is written in the files, and the name that is meant. Grain: written.
create or replace temp table build_owner_names as
with

counted as (
    select owner as written, count(*) as n from raw_deals group by owner
    union all
    select owner, count(*) from raw_stage_changes group by owner
    union all
    select old_owner, count(*) from raw_stage_changes group by old_owner
    union all
    select owner, count(*) from raw_activities group by owner
    union all
    select owner, count(*) from raw_targets group by owner
    union all
    select owner, count(*) from raw_contacts group by owner
    union all
    select owner, 0 from build_people
),

-- 'Berger, Anna' is spoken as Anna Berger is.
said as (
    select
        written, regexp_replace(lower(trim(written)), '^([^,]+), ([^,]+)$', '\2 \1') as spoken, sum(n) as n
    from counted
    where written is not null
    group by written
),

-- Ann, ANN and a name with a blank behind it are one person, shown as written most often.
written as (
    select written, spoken, first_value(written) over (partition by spoken order by n desc, written) as usual
    from said
),

names as (
    select said.spoken, min(people.owner) as owner
    from build_people as people
    inner join said on said.written = people.owner
    group by said.spoken
),

-- An id that two CRMs gave to different people is nobody's name.
ids as (
    select owner_id, min(owner) as owner
    from (
        select owner_id, shown as owner
        from build_people_told
        where owner_id is not null and newest_import_id is null
        qualify row_number() over (partition by source, owner_id order by import_id desc, line desc) = 1
    ) as newest
    group by owner_id
    having count(distinct lower(trim(owner))) = 1
),

-- An address that two people share is nobody's name.
emails as (
    select lower(trim(email)) as spoken, min(owner) as owner
    from build_people
    where email is not null
    group by lower(trim(email))
    having count(*) = 1
),

meant as (
    select written.written, coalesce(names.owner, former.owner, ids.owner, emails.owner, written.usual) as owner
    from written
    left join names on names.spoken = written.spoken
    left join build_former_names as former on former.spoken = written.spoken
    left join ids on ids.owner_id = written.written
    left join emails on emails.spoken = written.spoken
)

select
    meant.written,
    meant.owner,
    teams.team_key,
    dense_rank() over (order by meant.owner)::integer as owner_key
from meant
left join build_people as people on people.owner = meant.owner
left join build_teams as teams on teams.team = people.team
