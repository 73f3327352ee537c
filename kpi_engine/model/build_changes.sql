-- Every row of the stage histories once, in small numbers. Grain: deal_key, seq.
create or replace temp table build_changes as
with

-- DuckDB reads a table of the same transaction with one core, and what is materialized with all of them.
changes as materialized (
    select * from raw_stage_changes where changed_at is not null
)

select
    deals.deal_key,
    coalesce(pipelines.pipeline_key, deals.pipeline_key) as pipeline_key,
    changes.changed_at as happened_at,
    -- The order of what happened to a deal: by time, then as the files stand.
    epoch_us(changes.changed_at)::hugeint * 1152921504606846976
        + changes.import_id * 17179869184 + changes.line as seq,
    coalesce(ids.stage_id, stages.stage_id) as stage_id,
    coalesce(old_ids.stage_id, old_stages.stage_id) as old_stage_id,
    changes.amount,
    changes.old_amount,
    changes.expected_close_date,
    changes.old_expected_close_date,
    owners.owner_key,
    old_owners.owner_key as old_owner_key,
    case
        when changes.status in ('open', 'won', 'lost') then changes.status
        when changes.lost_reason <> '' then 'lost'
    end as said,
    changes.created_at
from changes
left join build_deal_names as names on names.written = changes.deal_id
inner join build_deals as deals on deals.deal_id = coalesce(names.deal_id, changes.deal_id)
left join build_repeats as repeats on repeats.import_id = changes.import_id and repeats.line = changes.line
left join build_pipelines as pipelines on pipelines.pipeline = changes.pipeline
left join build_stage_names as stages on stages.written = changes.stage
left join build_stage_names as old_stages on old_stages.written = changes.old_stage
left join build_stage_ids as ids
    on ids.written = changes.stage and ids.pipeline_key = coalesce(pipelines.pipeline_key, deals.pipeline_key)
left join build_stage_ids as old_ids
    on old_ids.written = changes.old_stage and old_ids.pipeline_key = coalesce(pipelines.pipeline_key, deals.pipeline_key)
left join build_owner_names as owners on owners.written = changes.owner
left join build_owner_names as old_owners on old_owners.written = changes.old_owner
where repeats.line is null
