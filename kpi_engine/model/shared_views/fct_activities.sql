-- One row per activity, others without their names. Grain: import_id, line.
create or replace temp view fct_activities as
select
    activities.* replace (
        names.shown as owner,
        regexp_replace(activities.subject, sharing.others, 'a colleague', 'g') as subject,
        regexp_replace(activities.account, sharing.others, 'a colleague', 'g') as account,
        regexp_replace(activities.contact, sharing.others, 'a colleague', 'g') as contact,
        regexp_replace(activities.outcome, sharing.others, 'a colleague', 'g') as outcome,
        regexp_replace(activities.exception_reason, sharing.others, 'a colleague', 'g') as exception_reason
    )
from {whole}.fct_activities as activities
cross join sharing
left join shared_names as names using (owner)
