-- What this build estimates of every stage; estimated_chances is lent by the caller. Grain: pipeline, stage.
create or replace table dim_stage_estimate as
select
    pipeline,
    stage,
    probability::decimal(9, 6) as probability,
    lower::decimal(9, 6) as lower,
    upper::decimal(9, 6) as upper,
    n::bigint as n,
    source
from estimated_chances
