-- The one-on-ones with the one who shares, without what was noted in them and by whom: notes are no business of a shared screen. Grain: version_id.
create or replace temp view meeting_versions as
select versions.* replace ('' as notes, '' as recorded_by)
from {whole}.meeting_versions as versions
inner join sharing on sharing.shared_owner = versions.owner
