-- Every qualification rule that was agreed on, in the order they were noted. Grain: version_id.
select version_id, recorded_at, effective_date, needs, kinds, exceptions, hosted_visit, agreed_by, note
from qualification_rules
order by version_id
