-- What the CRM says of deals that have ended, beside how they ended. Grain: pipeline, status.
select
    pipeline,
    status,
    count(*) as n,
    sum(crm_probability::decimal(18, 6))::double as crm_sum
from fct_deals
where status in ('won', 'lost') and crm_probability is not null
group by pipeline, status
order by pipeline, status
