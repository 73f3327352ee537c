-- Keep what was said about an import's lines, in the order it was said. Grain: one issue.
insert into import_issues
select $import_id, line, column_name, value, effect, why, what_to_do
from incoming
