-- The win chance of every stage a deal can be open, won or paid in, as it is in force on $as_of. Grain: pipeline, stage.
create or replace table dim_stage_probability as
select pipeline, stage, probability, source, n, how
from dim_stage_probability_history
where valid_from <= $as_of::date and (valid_to is null or valid_to > $as_of::date)
