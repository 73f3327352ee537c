-- The team each person is in. Grain: owner.
select owner, team from dim_owners where owner is not null
