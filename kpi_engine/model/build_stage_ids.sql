-- The stage an id means in a pipeline, where one id means several stages. Grain: pipeline_key, written.
create or replace temp table build_stage_ids as
with

listed as (
    select
        pipelines.pipeline_key,
        stages.stage_id as written,
        arg_max(names.stage_id, stages.import_id * 17179869184 - stages.line) as stage_id
    from raw_stages as stages
    inner join build_pipelines as pipelines on pipelines.pipeline = stages.pipeline
    inner join build_stage_names as names on names.written = stages.stage
    where stages.stage_id is not null
    group by pipelines.pipeline_key, stages.stage_id
)

select *
from listed
where written in (select written from listed group by written having count(distinct stage_id) > 1)
    and written not in (select stage from raw_stages where stage is not null)
