-- How many deals of a file have the id of another CRM's deal, and how many of these are another deal by name and day. Grain: one row.
select
    count(*) as n,
    count(*) filter (
        where lower(trim(incoming.deal_name)) <> lower(trim(others.deal_name))
            and incoming.created_at::date <> others.created_at::date
    ) as n_other,
    min(imports.crm) as other_crm
from incoming
inner join raw_deals as others on others.deal_id = incoming.deal_id
inner join imports on imports.import_id = others.import_id
where imports.crm is not null and imports.crm <> $crm
