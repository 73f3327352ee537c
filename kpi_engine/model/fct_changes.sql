-- One row per deal per day on which its state changed: the last state of that day. Grain: deal_id, change_date.
create or replace table fct_changes as
with

days as (
    select * from build_days
),

kinds as (
    select * from build_kinds
),

evidences as (
    select * from build_evidences
)

select
    deals.deal_id,
    days.change_date,
    days.left_date,
    owners.owner,
    coalesce(owners.team, attributes.team) as team,
    stages.pipeline,
    stages.stage,
    kinds.kind,
    days.amount,
    days.expected_close_date,
    attributes.segment,
    attributes.source,
    attributes.product,
    evidences.evidence,
    days.is_undated,
    prev_owners.owner as prev_owner,
    coalesce(prev_owners.team, prev_attributes.team) as prev_team,
    prev_stages.pipeline as prev_pipeline,
    prev_stages.stage as prev_stage,
    prev_kinds.kind as prev_kind,
    days.prev_amount,
    days.prev_expected_close_date
from days
inner join build_deals as deals using (deal_key)
inner join build_stages as stages using (stage_key)
inner join kinds on kinds.kind_code = days.kind_code
inner join evidences on evidences.evidence_code = days.evidence
left join build_owners as owners on owners.owner_key = days.owner_key
left join build_attributes as attributes on attributes.attribute_key = days.attribute_key
left join build_owners as prev_owners on prev_owners.owner_key = days.prev_owner_key
left join build_attributes as prev_attributes on prev_attributes.attribute_key = days.prev_attribute_key
left join build_stages as prev_stages on prev_stages.stage_key = days.prev_stage_key
left join kinds as prev_kinds on prev_kinds.kind_code = days.prev_kind_code
