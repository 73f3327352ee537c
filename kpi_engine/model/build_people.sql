-- The people that were imported, one row per name as it is shown. Grain: owner.
create or replace temp table build_people as
with

newest as (
    select *
    from build_people_told
    where newest_import_id is null
    qualify row_number() over (partition by lower(trim(shown)) order by import_id desc, line desc) = 1
)

select shown as owner, owner_id, team, role, email, active as is_active from newest
