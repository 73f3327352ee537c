-- The facts are made anew; they are those of the migrations seen so far. Grain: one row is changed.
update store_state
set
    data_version = data_version + 1,
    facts_version = facts_version + 1,
    built_at_migration = (select count(*) from schema_migrations)
