-- Every line of a people file, and whether a newer list says the same person otherwise. Grain: import_id, line.
create or replace temp table build_people_told as
with

-- Two people of one name in one file stay two: their ids tell them apart.
named as (
    select
        people.*,
        lower(trim(people.owner)) as spoken,
        lower(trim(people.email)) as address,
        coalesce(imports.source_key, '') as source,
        imports.crm is not null as is_of_a_crm,
        case
            when count(distinct people.owner_id) over (partition by people.import_id, lower(trim(people.owner))) > 1
                then people.owner || ' (' || coalesce(people.owner_id, '?') || ')'
            else people.owner
        end as shown
    from raw_people as people
    inner join imports on people.import_id = imports.import_id
    where people.owner is not null
),

-- Who an id is, list by list. An id with several names in one list says nothing of a person.
told as (
    select
        source,
        owner_id,
        import_id,
        is_of_a_crm,
        min(spoken) as spoken,
        min(address) as address,
        count(distinct spoken) > 1 as is_doubtful
    from named
    where owner_id is not null
    group by all
),

newest as (
    select
        *,
        bool_or(is_doubtful) over (partition by source, owner_id) as was_doubtful
    from told
    qualify row_number() over (partition by source, owner_id order by import_id desc) = 1
),

pairs as (
    select
        told.source,
        told.owner_id,
        told.import_id,
        told.is_of_a_crm,
        newest.import_id as newest_import_id,
        told.spoken = newest.spoken as is_same_name,
        coalesce(told.address = newest.address, false) as is_same_address
    from told
    inner join newest on told.source = newest.source and told.owner_id = newest.owner_id
    where told.import_id < newest.import_id and not newest.was_doubtful
),

-- A CRM's id is one person for good. A list of no known CRM may count anything from one: it is the same list a while
-- later where at least half of the ids it shares have the names they had.
same_lists as (
    select import_id, newest_import_id
    from pairs
    group by all
    having count(*) filter (where is_same_name) * 2 >= count(*)
),

outdated as (
    select pairs.source, pairs.owner_id, pairs.import_id, pairs.newest_import_id
    from pairs
    left join same_lists on pairs.import_id = same_lists.import_id and pairs.newest_import_id = same_lists.newest_import_id
    where pairs.is_of_a_crm or pairs.is_same_name or pairs.is_same_address or same_lists.import_id is not null
)

select
    named.*,
    outdated.newest_import_id
from named
left join outdated
    on named.source = outdated.source and named.owner_id = outdated.owner_id and named.import_id = outdated.import_id
