-- What the files say about each stage, to find its kind and place from. Grain: pipeline, stage.
with

stages as (
    select distinct stage_id, stage from build_stage_names
),

now as (
    select
        snapshots.pipeline_key,
        snapshots.stage_id,
        count(*) filter (where snapshots.is_current) as n_deals,
        count(*) filter (where snapshots.is_current and snapshots.said = 'open') as n_open,
        count(*) filter (where snapshots.is_current and snapshots.said = 'won') as n_won,
        count(*) filter (where snapshots.is_current and snapshots.said = 'lost') as n_lost,
        avg(snapshots.stage_order::decimal(18, 6)) filter (where snapshots.is_current) as column_order,
        -- A stage that is empty now has the probability it had in the exports before.
        avg(snapshots.crm_probability::decimal(18, 6)) filter (where coalesce(snapshots.said, 'open') = 'open') as crm_probability,
        avg((snapshots.crm_probability * snapshots.crm_probability)::decimal(18, 6))
            filter (where coalesce(snapshots.said, 'open') = 'open') as crm_square
    from build_snapshots as snapshots
    where snapshots.stage_id is not null
    group by all
),

in_history as (
    select pipeline_key, stage_id, count(*) as n_entered
    from build_changes
    where stage_id is not null
    group by all
),

seen as (
    select pipeline_key, stage_id from now
    union
    select pipeline_key, stage_id from in_history
    union
    select pipeline_key, old_stage_id from build_changes where old_stage_id is not null
),

-- The newest stages file wins; a file without pipelines speaks for all of them, one with pipelines only for its own.
listed as (
    select
        pipelines.pipeline_key,
        names.stage_id,
        stages.kind,
        stages.probability,
        stages.stage_order,
        stages.line
    from raw_stages as stages
    inner join build_pipelines as pipelines
        on stages.pipeline is null or stages.pipeline = '' or stages.pipeline = pipelines.pipeline
        or pipelines.pipeline = ''
    inner join build_stage_names as names on names.written = stages.stage
    qualify row_number() over (
        partition by pipelines.pipeline_key, names.stage_id
        order by coalesce(stages.pipeline, '') <> '' desc, stages.import_id desc, stages.line
    ) = 1
)

select
    seen.pipeline_key,
    pipelines.pipeline,
    seen.stage_id,
    stages.stage,
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
inner join stages using (stage_id)
left join now using (pipeline_key, stage_id)
left join in_history using (pipeline_key, stage_id)
left join listed using (pipeline_key, stage_id)
order by pipelines.pipeline, stages.stage
