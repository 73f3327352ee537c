-- The win chance of every stage in force on $as_of, today's where that is null, and how it came into force. Grain: pipeline, stage.
select pipeline, stage, probability, how
from dim_stage_probability
where $as_of::date is null
union all
select pipeline, stage, probability, how
from dim_stage_probability_history
where valid_from <= $as_of::date and (valid_to is null or valid_to > $as_of::date)
