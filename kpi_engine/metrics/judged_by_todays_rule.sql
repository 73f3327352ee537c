-- The activities with every meeting judged by today's rule. Grain: import_id, line.
select * replace (qualification_today as qualification)
from fct_activities
