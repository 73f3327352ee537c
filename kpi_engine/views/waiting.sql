-- The open deals that have been in their stage longest, so many of each stage. Grain: deal_id.
select
    deals.deal_id,
    coalesce(stages.pipeline, '') as pipeline,
    stages.stage,
    said.deal_name,
    said.account,
    owners.owner,
    now.amount::double as amount,
    stays.entered_at::date as since,
    ($as_of::date - stays.entered_at::date)::integer as days,
    stays.evidence = 0 as is_inferred
from deal_stays as stays
inner join deal_days as now
    on now.deal_key = stays.deal_key
    and now.change_date <= $as_of::date
    and (now.left_date is null or now.left_date > $as_of::date)
inner join key_stages as stages on stages.stage_key = stays.stage_key
inner join key_deals as deals on deals.deal_key = stays.deal_key
left join fct_deals as said on said.deal_id = deals.deal_id
left join key_owners as owners on owners.owner_key = now.owner_key
left join key_teams as teams on teams.team_key = now.team_key
left join key_attributes as attributes on attributes.attribute_key = now.attribute_key
where stays.kind_code = 0
    and stages.stage_order > 0
    and stays.entered_at::date <= $as_of::date
    and (stays.left_at is null or stays.left_at::date > $as_of::date)
    and not now.is_undated
    and coalesce(stages.pipeline, '') = $pipeline
    and {condition}
qualify row_number() over (partition by stages.stage_key order by stays.entered_at, deals.deal_id) <= $most
order by stages.stage_order, stays.entered_at, deals.deal_id
