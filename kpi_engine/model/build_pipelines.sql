-- Every pipeline that a file names, and the unnamed one. Grain: pipeline.
create or replace temp table build_pipelines as
with

named as (
    select '' as pipeline
    union
    select coalesce(pipeline, '') from raw_deals
    union
    select coalesce(pipeline, '') from raw_stage_changes
)

select pipeline, row_number() over (order by pipeline)::integer as pipeline_key from named
