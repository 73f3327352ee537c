-- Names people no longer bear, and what they are called now. Grain: spoken.
create or replace temp table build_former_names as
with

-- A name that was borne by two ids, or that somebody bears today, does not say who is meant.
unique_names as (
    select spoken
    from build_people_told
    group by spoken
    having count(distinct (source, owner_id)) filter (where owner_id is not null) = 1
        and count(*) filter (where newest_import_id is null) = 0
),

now_called as (
    select
        former.spoken,
        people.owner,
        row_number() over (partition by former.spoken order by people.owner) as place
    from build_people_told as former
    inner join unique_names on former.spoken = unique_names.spoken
    inner join build_people_told as newest
        on former.source = newest.source
        and former.owner_id = newest.owner_id
        and former.newest_import_id = newest.import_id
    inner join build_people as people on lower(trim(people.owner)) = lower(trim(newest.shown))
)

select spoken, owner from now_called where place = 1
