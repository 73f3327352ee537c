-- The ids under which deals of a CRM are kept apart from those of another, without the CRM's name. Grain: deal_id.
select distinct substr(raw_deals.deal_id, length($crm) + 2) as deal_id
from raw_deals
inner join imports on imports.import_id = raw_deals.import_id
where imports.crm = $crm and starts_with(raw_deals.deal_id, $crm || ' ')
