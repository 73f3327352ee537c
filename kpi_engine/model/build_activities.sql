-- Every activity once, whichever exports tell of it. Grain: import_id, line.
create or replace temp table build_activities as
with

dated as (
    select raw.*, coalesce(imports.as_of, date '1970-01-01') as as_of
    from raw_activities as raw
    left join imports using (import_id)
),

-- With an id: the newest file that knows it speaks for it. Rows of one file stay, even where an id comes twice.
-- Calls and meetings may come in files of their own that both count from 1.
with_id as (
    select import_id, line
    from dated
    where activity_id is not null
    qualify rank() over (partition by activity_id, activity_type order by as_of desc, import_id desc) = 1
),

-- Without one: the same row again in another file is the same activity; twice in one file it is two. What comes out of
-- it is written down later and is no part of what it is.
counted as (
    select
        import_id,
        line,
        as_of,
        hash(
            deal_id, account, contact, owner, activity_type, subject, occurred_at, direction, contact_level,
            budget, authority, need, timing, exception_reason
        ) as content
    from dated
    where activity_id is null
),

nth as (
    select *, row_number() over (partition by import_id, content order by line) as n
    from counted
),

without_id as (
    select import_id, line
    from nth
    qualify row_number() over (partition by content, n order by as_of desc, import_id desc) = 1
)

select * from with_id
union all
select * from without_id
