-- The people that were imported, one row per name as it is shown. Grain: owner.
create or replace temp table build_people as
with

-- Two people of one name in one file stay two: their ids tell them apart.
named as (
    select
        *,
        case
            when count(distinct owner_id) over (partition by import_id, lower(trim(owner))) > 1
                then owner || ' (' || coalesce(owner_id, '?') || ')'
            else owner
        end as shown
    from raw_people
    where owner is not null
),

newest as (
    select *
    from named
    qualify row_number() over (partition by lower(trim(shown)) order by import_id desc, line desc) = 1
)

select shown as owner, owner_id, team, role, email, active as is_active from newest
