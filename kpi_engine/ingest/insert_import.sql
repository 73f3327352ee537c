-- Record one import. Grain: import_id.
insert into imports
values (
    $import_id, $file_name, $sha256, $kind, $crm, $source_key, $as_of, $is_complete,
    $rows_read, $accepted, $rejected, $duplicate, $blank, $skipped, $answers
)
