-- One row per stay of a deal in an open stage that is known, with how long it was. Grain: deal_key, sequence.
create or replace view fct_stays as
select
    stays.deal_key,
    stays.sequence,
    stays.entered_at::date as entered_date,
    stays.left_at::date as left_date,
    (stays.left_at::date - stays.entered_at::date)::integer as days,
    owners.owner,
    teams.team,
    stages.pipeline,
    attributes.segment,
    attributes.source,
    attributes.product,
    stages.stage,
    case stays.evidence when 0 then 'inferred' when 1 then 'snapshot' when 2 then 'history' end as evidence
from deal_stays as stays
inner join key_stages as stages on stages.stage_key = stays.stage_key
left join key_owners as owners on owners.owner_key = stays.owner_key
left join key_teams as teams on teams.team_key = stays.team_key
left join key_attributes as attributes on attributes.attribute_key = stays.attribute_key
where stays.kind_code = 0
    and stages.stage_order > 0
    -- A stage that was left at the instant it was entered was passed over.
    and stays.left_at is distinct from stays.entered_at
