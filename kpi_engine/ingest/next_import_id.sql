-- The number the next import gets.
select next_import_id from store_state
