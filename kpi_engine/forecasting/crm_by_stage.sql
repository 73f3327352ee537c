-- The CRM's own probability of each open stage, where it has one. Grain: pipeline, stage.
select coalesce(pipeline, '') as pipeline, stage, crm_probability
from dim_stages
where kind = 'open' and crm_probability is not null
