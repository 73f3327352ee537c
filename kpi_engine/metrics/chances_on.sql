-- The win chances in force on $chances_on. Grain: pipeline, stage.
select pipeline, stage, probability
from dim_stage_probability_history
where valid_from <= $chances_on::date and (valid_to is null or valid_to > $chances_on::date)
