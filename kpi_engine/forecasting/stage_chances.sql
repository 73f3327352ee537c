-- The probability the CRM gives to each open stage. Grain: pipeline, stage.
select coalesce(pipeline, '') as pipeline, stage, crm_probability::double as crm_probability
from dim_stages
where kind = 'open' and crm_probability is not null
order by pipeline, stage
