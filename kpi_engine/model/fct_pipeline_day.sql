-- Change of what is open, per day and place. Grain: change_date, owner, team, pipeline, segment, source, product, stage, evidence, is_undated.
create or replace view fct_pipeline_day as
select
    days.change_date,
    owners.owner,
    teams.team,
    stages.pipeline,
    attributes.segment,
    attributes.source,
    attributes.product,
    stages.stage,
    case days.evidence when 0 then 'inferred' when 1 then 'snapshot' when 2 then 'history' end as evidence,
    days.is_undated,
    days.amount_change,
    days.deals_change,
    days.deals_without_amount_change
from open_days as days
inner join key_stages as stages on stages.stage_key = days.stage_key
left join key_owners as owners on owners.owner_key = days.owner_key
left join key_teams as teams on teams.team_key = days.team_key
left join key_attributes as attributes on attributes.attribute_key = days.attribute_key
