-- The days up to $as_of on which a stage's win chance became another. Grain: day.
select distinct new.valid_from as day
from dim_stage_probability_history as was
inner join dim_stage_probability_history as new
    on was.pipeline = new.pipeline and was.stage = new.stage and was.valid_to = new.valid_from
where
    new.probability <> was.probability
    and new.valid_from <= $as_of::date
    and (len($slice_pipelines::varchar[]) = 0 or new.pipeline in (select unnest($slice_pipelines::varchar[])))
order by day
