-- Every row of the stage histories once, in small numbers. Grain: deal_key, seq.
create or replace temp table build_changes as
with

changes as (
    select * from raw_stage_changes where changed_at is not null
)

select
    deals.deal_key,
    coalesce(pipelines.pipeline_key, deals.pipeline_key) as pipeline_key,
    changes.changed_at as happened_at,
    -- The order of what happened to a deal: by time, then as the files stand.
    epoch_us(changes.changed_at)::hugeint * 1152921504606846976
        + changes.import_id * 17179869184 + changes.line as seq,
    stages.stage_id,
    old_stages.stage_id as old_stage_id,
    case when deals.rate = 1 then changes.amount else round(changes.amount * deals.rate, 2)::decimal(18, 2) end as amount,
    changes.expected_close_date,
    owners.owner_key,
    case
        when changes.status in ('open', 'won', 'lost') then changes.status
        when changes.lost_reason <> '' then 'lost'
    end as said,
    changes.created_at
from changes
inner join build_deals as deals using (deal_id)
left join build_repeats as repeats on repeats.import_id = changes.import_id and repeats.line = changes.line
left join build_pipelines as pipelines on pipelines.pipeline = changes.pipeline
left join build_stage_names as stages on stages.written = changes.stage
left join build_stage_names as old_stages on old_stages.written = changes.old_stage
left join build_owner_names as owners on owners.written = changes.owner
where repeats.line is null
