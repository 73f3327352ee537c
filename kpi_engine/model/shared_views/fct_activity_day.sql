-- Activities added up, others without their names. Grain: day, owner, team, activity_type, outcome, qualification.
create or replace temp view fct_activity_day as
select activities.* replace (names.shown as owner)
from {whole}.fct_activity_day as activities
left join shared_names as names using (owner)
