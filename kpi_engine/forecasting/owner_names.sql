-- Every person by number. Grain: owner_key.
select owner_key, owner from key_owners order by owner_key
