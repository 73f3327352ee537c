-- All imports, the newest first. Grain: import_id.
select
    import_id, file_name, sha256, kind, crm, source_key, as_of, is_complete,
    rows_read, accepted, rejected, duplicate, blank, skipped
from imports
order by import_id desc
