-- The CRM's own probability of each deal, as its newest export has it. Grain: deal_id.
select deal_id, crm_probability::double as crm_probability
from fct_deals
where crm_probability is not null
