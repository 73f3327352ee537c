-- What was said about an import's lines, by line. Grain: one issue.
select line, column_name, value, effect, why, what_to_do
from import_issues
where import_id = $import_id
order by line nulls first, rowid
