-- Every person by a small number, others without their names. Grain: owner_key.
create or replace temp view key_owners as
select keys.owner_key, names.shown as owner
from {whole}.key_owners as keys
left join shared_names as names using (owner)
