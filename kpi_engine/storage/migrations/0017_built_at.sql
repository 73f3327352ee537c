-- How many migrations the store had seen when its facts were last built; null where nobody noted it: they are to be built anew.
alter table store_state add column built_at_migration integer;
