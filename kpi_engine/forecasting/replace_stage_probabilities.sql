-- The accepted probability of every stage a deal can be open, won or paid in. Grain: pipeline, stage.
create or replace table dim_stage_probability as
select pipeline, stage, probability::decimal(9, 6) as probability, source, n::bigint as n
from chosen_probabilities
