-- What each person is called on a shared screen. Grain: owner.
create or replace temp table shared_names as
select
    owner,
    owner is not distinct from $owner as is_shared,
    case
        when owner = $owner then owner
        -- In an order that has nothing to do with the names.
        else 'Colleague ' || row_number() over (order by owner = $owner desc, md5(owner)) - 1
    end as shown
from (select owner from dim_owners union select owner from key_owners where owner is not null)
