-- Every way a stage is written in the files, and the stage that is meant. Grain: written.
create or replace temp macro as_spoken(stage) as regexp_replace(lower(trim(stage)), '[\s_-]+', '', 'g');

create or replace temp table build_stage_names as
with

counted as (
    select stage as written, count(*) as n from raw_deals group by stage
    union all
    select stage, count(*) from raw_stage_changes group by stage
    union all
    select old_stage, count(*) from raw_stage_changes group by old_stage
    union all
    select stage, 0 from raw_stages
),

listed as (
    select
        as_spoken(stage) as spoken,
        arg_max(stage, import_id * 17179869184 - line) as stage
    from raw_stages
    where stage is not null
    group by 1
),

ids as (
    select stage_id, arg_max(stage, import_id * 17179869184 - line) as stage
    from raw_stages
    where stage_id is not null and stage is not null
    group by stage_id
),

spoken as (
    select written, as_spoken(written) as spoken, sum(n) as n
    from counted
    where written is not null
    group by written
),

-- LEAD, Lead and a CRM's own name for it are one stage: as the stages file writes it, else in words (Closed Won and not
-- closedwon), else as it is written most often.
written as (
    select
        written,
        spoken,
        first_value(written) over (partition by spoken order by trim(written) like '% %' desc, n desc, written) as usual
    from spoken
),

meant as (
    select written.written, coalesce(listed.stage, same.stage, ids.stage, written.usual) as stage
    from written
    left join listed on listed.spoken = written.spoken
    left join ids on ids.stage_id = written.written
    left join listed as same on same.spoken = as_spoken(ids.stage)
)

select written, stage, dense_rank() over (order by stage)::integer as stage_id from meant
