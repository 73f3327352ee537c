-- The pipelines of the deals asked for, the one with the most deals first. Grain: pipeline.
select coalesce(pipeline, '') as pipeline
from fct_deals
where {condition}
group by 1
order by count(*) desc, 1
