-- Every way a stage is written in the files, and the stage that is meant. Grain: written.
create or replace temp table build_stage_names as
with

written as (
    select stage as written from raw_deals
    union
    select stage from raw_stage_changes
    union
    select old_stage from raw_stage_changes
    union
    select stage from raw_stages
),

ids as (
    select stage_id, arg_max(stage, import_id) as stage
    from raw_stages
    where stage_id is not null and stage is not null
    group by stage_id
),

names as (
    select distinct stage from raw_stages
),

meant as (
    select
        written.written,
        case when names.stage is null and ids.stage is not null then ids.stage else written.written end as stage
    from written
    left join names on names.stage = written.written
    left join ids on ids.stage_id = written.written
    where written.written is not null
)

select written, stage, dense_rank() over (order by stage)::integer as stage_id from meant
