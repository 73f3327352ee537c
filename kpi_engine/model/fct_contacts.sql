-- One row per person at a customer or prospect, whichever exports tell of them: the newest that says a thing counts. Grain: origin, contact_id.
create or replace table fct_contacts as
with

-- A lead that became a contact keeps its id; two CRMs may give the same one to different people.
told as (
    select
        raw.*,
        coalesce(imports.crm, imports.source_key, '') as origin,
        row_number() over (order by coalesce(imports.as_of, date '1970-01-01'), raw.import_id, raw.line) as place
    from raw_contacts as raw
    left join imports using (import_id)
),

together as (
    select
        origin,
        contact_id,
        arg_max(name, place) as name,
        arg_max(account, place) as account,
        arg_max(owner, place) as written,
        arg_max(status, place) as status,
        arg_max(level, place) as level,
        arg_max(source, place) as source,
        min(created_at)::date as created_date,
        min(converted_at)::date as converted_date,
        max(import_id) as import_id
    from told
    where contact_id is not null
    group by origin, contact_id

    union all

    -- Whoever has no id cannot be recognised again.
    select origin, contact_id, name, account, owner, status, level, source, created_at::date, converted_at::date, import_id
    from told
    where contact_id is null
)

select
    together.origin,
    together.contact_id,
    together.name,
    together.account,
    owners.owner,
    teams.team,
    together.status,
    together.level,
    coalesce(levels.is_executive, false) as is_executive,
    together.source,
    -- A person belongs to no segment, pipeline or product: a question about one of them is not about people.
    null::varchar as segment,
    null::varchar as pipeline,
    null::varchar as product,
    together.created_date,
    together.converted_date,
    together.import_id
from together
left join build_owner_names as owners on owners.written = together.written
left join dim_owners as teams on teams.owner = owners.owner
left join level_labels as levels on levels.label = together.level
