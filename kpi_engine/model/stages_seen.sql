-- What the files say about each stage, to find its kind and place from. Grain: pipeline, stage.
with

stages as (
    select distinct stage_id, stage from build_stage_names
),

now as (
    select
        snapshots.pipeline_key,
        names.stage,
        count(*) as n_deals,
        count(*) filter (where snapshots.said = 'open') as n_open,
        count(*) filter (where snapshots.said = 'won') as n_won,
        count(*) filter (where snapshots.said = 'lost') as n_lost,
        avg(snapshots.stage_order::decimal(18, 6)) as column_order,
        avg(snapshots.crm_probability::decimal(18, 6)) filter (where coalesce(snapshots.said, 'open') = 'open') as crm_probability,
        avg((snapshots.crm_probability * snapshots.crm_probability)::decimal(18, 6))
            filter (where coalesce(snapshots.said, 'open') = 'open') as crm_square
    from build_snapshots as snapshots
    inner join stages as names using (stage_id)
    where snapshots.is_current
    group by all
),

earlier as (
    select distinct snapshots.pipeline_key, names.stage
    from build_snapshots as snapshots
    inner join stages as names using (stage_id)
),

in_history as (
    select changes.pipeline_key, names.stage, count(*) as n_entered
    from build_changes as changes
    inner join stages as names using (stage_id)
    group by all
),

left_behind as (
    select distinct changes.pipeline_key, names.stage
    from build_changes as changes
    inner join stages as names on names.stage_id = changes.old_stage_id
),

seen as (
    select pipeline_key, stage from earlier
    union
    select pipeline_key, stage from in_history
    union
    select pipeline_key, stage from left_behind
),

-- The newest stages file wins; a file without pipelines speaks for all of them, one with pipelines only for its own.
listed as (
    select
        pipelines.pipeline_key,
        stages.stage,
        stages.kind,
        stages.probability,
        stages.stage_order,
        stages.line
    from raw_stages as stages
    inner join build_pipelines as pipelines
        on stages.pipeline is null or stages.pipeline = '' or stages.pipeline = pipelines.pipeline
        or pipelines.pipeline = ''
    where stages.stage is not null
    qualify row_number() over (
        partition by pipelines.pipeline_key, stages.stage
        order by coalesce(stages.pipeline, '') <> '' desc, stages.import_id desc, stages.line
    ) = 1
)

select
    seen.pipeline_key,
    pipelines.pipeline,
    stages.stage_id,
    seen.stage,
    coalesce(now.n_deals, 0) as n_deals,
    coalesce(now.n_open, 0) as n_open,
    coalesce(now.n_won, 0) as n_won,
    coalesce(now.n_lost, 0) as n_lost,
    coalesce(in_history.n_entered, 0) as n_entered,
    now.column_order,
    now.crm_probability,
    listed.kind as listed_kind,
    coalesce(listed.stage_order, listed.line) as listed_order,
    listed.probability as listed_probability,
    now.crm_square - now.crm_probability * now.crm_probability as crm_variance
from seen
inner join build_pipelines as pipelines using (pipeline_key)
inner join stages using (stage)
left join now using (pipeline_key, stage)
left join in_history using (pipeline_key, stage)
left join listed using (pipeline_key, stage)
order by pipelines.pipeline, seen.stage
