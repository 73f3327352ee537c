-- Every stage with the win chance in force, the estimate and what the CRM says. Grain: pipeline, stage.
select
    stages.pipeline,
    stages.stage,
    stages.stage_order,
    stages.kind,
    held.probability::double as in_force,
    held.how,
    held.source as rests_on,
    estimates.probability::double as estimate,
    estimates.lower::double as lower,
    estimates.upper::double as upper,
    estimates.n,
    estimates.source,
    stages.crm_probability
from dim_stages as stages
inner join dim_stage_probability_history as held
    on stages.pipeline = held.pipeline and stages.stage = held.stage
    and held.valid_from <= $as_of::date and (held.valid_to is null or held.valid_to > $as_of::date)
left join dim_stage_estimate as estimates
    on stages.pipeline = estimates.pipeline and stages.stage = estimates.stage
where len($slice_pipelines::varchar[]) = 0 or stages.pipeline in (select unnest($slice_pipelines::varchar[]))
order by stages.pipeline, stages.stage_order, stages.stage
