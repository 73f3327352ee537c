-- One row per person, in small numbers. Grain: owner_key.
create or replace temp table build_owners as
select distinct owner_key, owner, team_key from build_owner_names
