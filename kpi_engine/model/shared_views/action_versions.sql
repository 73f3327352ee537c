-- What was agreed with the one who shares: it belongs to both, and names nobody else who sells. Grain: version_id.
create or replace temp view action_versions as
select
    versions.* replace (
        masked(versions.what) as what,
        masked(versions.who) as who,
        '' as recorded_by
    )
from {whole}.action_versions as versions
inner join sharing on sharing.shared_owner = versions.owner
