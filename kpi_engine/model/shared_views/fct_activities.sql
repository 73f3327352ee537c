-- One row per activity, others without their names. Grain: import_id, line.
create or replace temp view fct_activities as
select
    activities.* replace (
        names.shown as owner,
        masked(activities.subject) as subject,
        masked(activities.account) as account,
        masked(activities.contact) as contact,
        masked(activities.outcome) as outcome,
        masked(activities.exception_reason) as exception_reason
    )
from {whole}.fct_activities as activities
left join shared_names as names using (owner)
