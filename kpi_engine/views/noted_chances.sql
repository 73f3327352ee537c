-- The open stages whose win chance on $as_of was set by hand, or that no accepted table has. Grain: pipeline, stage.
select
    held.how,
    held.stage,
    held.probability,
    versions.reason
from dim_stage_probability_history as held
inner join dim_stages as stages on held.pipeline = stages.pipeline and held.stage = stages.stage
left join chance_versions as versions on held.version_id = versions.version_id
where
    stages.kind = 'open'
    and held.valid_from <= $as_of::date
    and (held.valid_to is null or held.valid_to > $as_of::date)
    and (held.how = 'override' or (held.how = 'not_accepted' and stages.n_deals > 0))
    and (len($slice_pipelines::varchar[]) = 0 or held.pipeline in (select unnest($slice_pipelines::varchar[])))
order by held.pipeline, stages.stage_order, held.stage
