-- Names that stand for ids in a history or an activity: one deal bears each, and none has it as its id. Grain: written.
create or replace temp table build_deal_names as
with

called as (
    select deal_id as written from build_deal_ids where n_listed = 0
    union
    select activities.deal_id
    from raw_activities as activities
    left join build_deal_ids as ids using (deal_id)
    where ids.deal_id is null and activities.deal_id is not null
)

select called.written, min(deals.deal_id) as deal_id
from called
inner join raw_deals as deals on deals.deal_name = called.written
where deals.deal_id is not null
group by called.written
having count(distinct deals.deal_id) = 1
