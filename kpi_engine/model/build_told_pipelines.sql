-- The pipeline a deal's history names last. Grain: deal_key.
create or replace temp table build_told_pipelines as
select
    keys.deal_key,
    arg_max(
        pipelines.pipeline_key,
        epoch_us(changes.changed_at)::hugeint * 1152921504606846976 + changes.import_id * 17179869184 + changes.line
    ) as pipeline_key
from raw_stage_changes as changes
inner join build_deal_keys as keys using (deal_id)
inner join build_pipelines as pipelines on pipelines.pipeline = changes.pipeline
where changes.changed_at is not null
group by keys.deal_key
