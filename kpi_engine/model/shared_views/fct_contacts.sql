-- One row per person at a customer, others of our own without their names. Grain: origin, contact_id.
create or replace temp view fct_contacts as
select
    contacts.* replace (
        names.shown as owner,
        shown_pipeline(contacts.pipeline) as pipeline,
        masked(contacts.source) as source,
        masked(contacts.segment) as segment,
        masked(contacts.product) as product,
        masked(contacts.name) as name,
        masked(contacts.account) as account
    )
from {whole}.fct_contacts as contacts
left join shared_names as names using (owner)
