-- Everybody's name but one. Grain: owner.
select owner from dim_owners where owner <> $owner and length(owner) > 1 order by owner
