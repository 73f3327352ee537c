-- What counts as qualified, without who agreed on it and why. Grain: version_id.
create or replace temp view qualification_rules as
select
    rules.* replace (
        [masked(one) for one in rules.exceptions] as exceptions,
        []::varchar[] as agreed_by,
        null::varchar as note
    )
from {whole}.qualification_rules as rules
