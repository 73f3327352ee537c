-- Every deals import with its place in its source's row of exports. Grain: import_id.
create or replace temp table build_exports as
with

imported as (
    select import_id, crm, coalesce(source_key, '') as source_key, as_of, is_complete
    from imports
    where kind = 'deals'
),

-- A column that is blank in every row was not exported: it then says nothing about a change.
filled as (
    select
        import_id,
        bool_or(amount is not null) as has_amount,
        bool_or(owner is not null) as has_owner,
        bool_or(expected_close_date is not null) as has_expected_close,
        bool_or(team is not null) as has_team,
        bool_or(segment is not null) as has_segment,
        bool_or(source is not null) as has_source,
        bool_or(product is not null) as has_product,
        bool_or(currency is not null) as has_currency
    from raw_deals
    group by import_id
),

newest as (
    select max(as_of) as as_of from imports
),

dated as (
    select
        filled.*,
        imported.crm,
        coalesce(imported.source_key, '') as source_key,
        coalesce(imported.as_of, newest.as_of, date '1970-01-01') as as_of,
        coalesce(imported.is_complete, true) as is_complete
    from filled
    left join imported using (import_id)
    cross join newest
),

numbered as (
    select *, dense_rank() over (order by source_key)::integer as source_number
    from dated
),

-- Two files of one source on one day are parts of one export.
days as (
    select
        source_number,
        as_of,
        bool_or(is_complete) as is_complete,
        lag(as_of) over (partition by source_number order by as_of) as previous_as_of,
        count(*) over (partition by source_number) as n_exports
    from numbered
    group by source_number, as_of
),

followed as (
    select
        *,
        min(case when is_complete then as_of end) over (
            partition by source_number order by as_of rows between 1 following and unbounded following
        ) as next_complete_as_of
    from days
)

select
    numbered.import_id,
    -- Which of two exports that contradict each other is right: the one of the newer day; of two sources on one day always
    -- the same, whichever was imported first; of one source and day the one imported later, which replaces the other.
    row_number() over (order by numbered.as_of, numbered.source_number, numbered.import_id)::integer as export_order,
    numbered.source_number,
    numbered.as_of,
    followed.previous_as_of,
    followed.next_complete_as_of,
    numbered.crm,
    followed.is_complete,
    followed.n_exports > 1 as is_repeated,
    numbered.has_amount,
    numbered.has_owner,
    numbered.has_expected_close,
    numbered.has_team,
    numbered.has_segment,
    numbered.has_source,
    numbered.has_product,
    numbered.has_currency
from numbered
inner join followed using (source_number, as_of)
