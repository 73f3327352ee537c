-- Count the import number up.
update store_state set next_import_id = next_import_id + 1
