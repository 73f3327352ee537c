-- Everybody a target can be for. Grain: owner.
select owner from dim_owners order by owner
