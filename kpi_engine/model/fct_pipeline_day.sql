-- Change of what is open, per day and place. Grain: change_date, owner, team, pipeline, segment, source, product, stage, evidence, is_undated.
create or replace view fct_pipeline_day as
with

added as (
    select
        change_date, owner_key, team_key, attribute_key, stage_key, evidence, is_undated,
        sum(amount_change)::decimal(18, 2) as amount_change,
        sum(deals_change)::integer as deals_change,
        sum(deals_without_amount_change)::integer as deals_without_amount_change
    from open_days
    group by all
)

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
from added as days
inner join key_stages as stages on stages.stage_key = days.stage_key
left join key_owners as owners on owners.owner_key = days.owner_key
left join key_teams as teams on teams.team_key = days.team_key
left join key_attributes as attributes on attributes.attribute_key = days.attribute_key
where days.amount_change <> 0 or days.deals_change <> 0 or days.deals_without_amount_change <> 0
