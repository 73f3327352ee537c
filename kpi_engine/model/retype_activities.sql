-- The activities as they are in the facts, without what was judged: for judging them again by other rules. Grain: import_id, line.
create or replace temp table build_typed_activities as
select * exclude (qualification, qualification_today, judged_by)
from fct_activities
