-- The newest deals export up to $as_of that tells of each deal: its file, and the day it goes to. Grain: deal_id.
with

exports as (
    select import_id, file_name, as_of
    from imports
    where kind = 'deals' and as_of <= $as_of::date
)

select
    raw.deal_id,
    max(exports.as_of) as told_on,
    arg_max(exports.file_name, (exports.as_of, exports.import_id)) as file_name
from raw_deals as raw
inner join exports on exports.import_id = raw.import_id
group by raw.deal_id
order by raw.deal_id
