-- Everybody deals, activities or the people export name. Grain: owner.
select owner from dim_owners where owner is not null
union
select owner from key_owners where owner is not null
order by owner
