-- The win chance of every stage over time, from its first day up to, and not including, its last; chances_in_force is lent by the caller. Grain: pipeline, stage, valid_from.
create or replace table dim_stage_probability_history as
select
    pipeline,
    stage,
    probability::decimal(9, 6) as probability,
    source,
    n::bigint as n,
    how,
    version_id::bigint as version_id,
    valid_from::date as valid_from,
    valid_to::date as valid_to
from chances_in_force
