-- Whether there are facts, and they were built before the last migrations ran. Grain: one row.
select
    exists (select * from imports)
    and built_at_migration is distinct from (select count(*) from schema_migrations) as is_outdated
from store_state
