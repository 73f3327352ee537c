-- The import that holds these very bytes, if there is one. Grain: import_id.
select import_id, kind, crm, as_of, rows_read, accepted, rejected, duplicate, blank, skipped
from imports
where sha256 = $sha256
