-- The win chance of every stage over time, from since (null: always) to before until (null: still). Grain: pipeline, stage, since.
select
    pipeline,
    stage,
    probability::double as probability,
    nullif(valid_from, date '0001-01-01')::timestamp as since,
    valid_to::timestamp as until
from dim_stage_probability_history
order by pipeline, stage, valid_from
