-- One row per deal per stage entered, to the second. Grain: deal_id, sequence.
create or replace table fct_transitions as
with

entered as (
    select *
    from build_steps
    where from_kind_code is null or from_kind_code <> kind_code or from_stage_key <> stage_key
),

numbered as (
    select
        *,
        row_number() over through_time as sequence,
        lead(happened_at) over through_time as left_at
    from entered
    window through_time as (partition by deal_key order by seq)
)

select
    deals.deal_id,
    numbered.sequence::integer as sequence,
    numbered.happened_at as entered_at,
    numbered.day as entered_date,
    numbered.left_at,
    stages.pipeline,
    from_stages.stage as from_stage,
    stages.stage,
    stages.stage_order,
    kinds.kind,
    numbered.amount,
    numbered.expected_close_date,
    owners.owner,
    coalesce(owners.team, attributes.team) as team,
    evidences.evidence,
    -- Won is the first step into won or paid; paid is the money coming after it.
    case
        when numbered.kind_code = 4 then 'gone'
        when numbered.kind_code = 3 then 'lost'
        when numbered.kind_code in (1, 2) and coalesce(numbered.from_kind_code, 0) not in (1, 2) then 'won'
        when numbered.kind_code = 2 then 'paid'
        when numbered.from_kind_code is null then 'created'
        when numbered.kind_code = 0 and numbered.from_kind_code <> 0 then 'reopened'
        when stages.stage_order < from_stages.stage_order then 'backward'
        else 'forward'
    end as direction
from numbered
inner join build_deals as deals using (deal_key)
inner join build_stages as stages on stages.stage_key = numbered.stage_key
inner join build_kinds as kinds on kinds.kind_code = numbered.kind_code
inner join build_evidences as evidences on evidences.evidence_code = numbered.evidence
left join build_stages as from_stages on from_stages.stage_key = numbered.from_stage_key
left join build_owners as owners on owners.owner_key = numbered.owner_key
left join build_attributes as attributes on attributes.attribute_key = numbered.attribute_key
