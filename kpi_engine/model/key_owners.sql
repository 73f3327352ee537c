-- Every person by a small number. Grain: owner_key.
create or replace table key_owners as
select owner_key, owner from build_owners order by owner_key
