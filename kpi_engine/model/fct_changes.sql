-- One row per deal per day on which its state changed: the last state of that day. Grain: deal_id, change_date.
create or replace view fct_changes as
select
    deals.deal_id,
    days.change_date,
    days.left_date,
    owners.owner,
    teams.team,
    stages.pipeline,
    stages.stage,
    case days.kind_code when 0 then 'open' when 1 then 'won' when 2 then 'paid' when 3 then 'lost' when 4 then 'gone' when 5 then 'closed' end as kind,
    days.amount,
    days.expected_close_date,
    attributes.segment,
    attributes.source,
    attributes.product,
    case days.evidence when 0 then 'inferred' when 1 then 'snapshot' when 2 then 'history' end as evidence,
    days.is_undated,
    prev_owners.owner as prev_owner,
    prev_teams.team as prev_team,
    prev_stages.pipeline as prev_pipeline,
    prev_stages.stage as prev_stage,
    case days.prev_kind_code when 0 then 'open' when 1 then 'won' when 2 then 'paid' when 3 then 'lost' when 4 then 'gone' when 5 then 'closed' end as prev_kind,
    days.prev_amount,
    days.prev_expected_close_date,
    prev_attributes.segment as prev_segment,
    prev_attributes.source as prev_source,
    prev_attributes.product as prev_product
from deal_days as days
inner join key_deals as deals on deals.deal_key = days.deal_key
inner join key_stages as stages on stages.stage_key = days.stage_key
left join key_owners as owners on owners.owner_key = days.owner_key
left join key_teams as teams on teams.team_key = days.team_key
left join key_attributes as attributes on attributes.attribute_key = days.attribute_key
left join key_stages as prev_stages on prev_stages.stage_key = days.prev_stage_key
left join key_owners as prev_owners on prev_owners.owner_key = days.prev_owner_key
left join key_teams as prev_teams on prev_teams.team_key = days.prev_team_key
left join key_attributes as prev_attributes on prev_attributes.attribute_key = days.prev_attribute_key
