-- Every stage by a small number. Grain: stage_key.
create or replace table key_stages as
select stage_key, pipeline, stage, stage_order from build_stages order by stage_key
