-- What was agreed with the one who shares: it belongs to both, and names nobody else who sells. Grain: version_id.
create or replace temp view action_versions as
select
    versions.* replace (
        regexp_replace(versions.what, sharing.others, 'a colleague', 'g') as what,
        regexp_replace(versions.who, sharing.others, 'a colleague', 'g') as who,
        '' as recorded_by
    )
from {whole}.action_versions as versions
inner join sharing on sharing.shared_owner = versions.owner
