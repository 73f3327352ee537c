-- What the meetings held were judged by, and how many tell of each thing a rule can ask for. Grain: one row.
select
    count(*) filter (where activities.judged_by = 'deal') as by_deal,
    count(*) filter (where activities.judged_by = 'outcome') as by_outcome,
    count(activities.judged_by) as recorded,
    count(*) filter (where trim(coalesce(case activities.judged_by when 'deal' then deals.budget else activities.budget end, '')) <> '') as budget,
    count(*) filter (where trim(coalesce(case activities.judged_by when 'deal' then deals.authority else activities.authority end, '')) <> '') as authority,
    count(*) filter (where trim(coalesce(case activities.judged_by when 'deal' then deals.need else activities.need end, '')) <> '') as need,
    count(*) filter (where trim(coalesce(case activities.judged_by when 'deal' then deals.timing else activities.timing end, '')) <> '') as timing
from (
    select *
    from fct_activities
    where {is_held} and occurred_date between $since::date and $until::date and {condition}
) as activities
left join fct_deals as deals on deals.deal_id = activities.deal_id
