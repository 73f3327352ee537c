-- One row per person at a customer, others of our own without their names. Grain: origin, contact_id.
create or replace temp view fct_contacts as
select
    contacts.* replace (
        names.shown as owner,
        masked(contacts.name) as name,
        masked(contacts.account) as account
    )
from {whole}.fct_contacts as contacts
left join shared_names as names using (owner)
