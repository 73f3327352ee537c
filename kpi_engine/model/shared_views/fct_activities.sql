-- One row per activity, others without their names. Grain: import_id, line.
create or replace temp view fct_activities as
select
    activities.* replace (
        names.shown as owner,
        shown_pipeline(activities.pipeline) as pipeline,
        masked(activities.source) as source,
        masked(activities.segment) as segment,
        masked(activities.product) as product,
        masked(activities.subject) as subject,
        masked(activities.account) as account,
        masked(activities.contact) as contact,
        masked(activities.outcome) as outcome,
        masked(activities.exception_reason) as exception_reason
    )
from {whole}.fct_activities as activities
left join shared_names as names using (owner)
