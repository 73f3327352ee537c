-- One row per deal, as it is known now. Grain: deal_id.
create or replace table fct_deals as
with

states as (
    select *
    from build_steps
    where next_at is null
),

entered as (
    select
        steps.deal_key,
        max(case
            when steps.kind_code in (1, 2) and coalesce(steps.from_kind_code, 0) not in (1, 2) then steps.happened_at
        end) as won_at,
        max(case when steps.kind_code = 3 and coalesce(steps.from_kind_code, 0) <> 3 then steps.happened_at end) as lost_at,
        -- A stage that was left at the instant it was entered was passed over, not reached.
        max(case
            when steps.kind_code in (0, 1, 2) and steps.next_at is distinct from steps.happened_at then stages.stage_order
        end) as furthest_order,
        arg_max(
            case
                when steps.kind_code in (0, 1, 2) and steps.next_at is distinct from steps.happened_at then steps.stage_key
            end,
            stages.stage_order
        ) as furthest_stage_key
    from build_steps as steps
    inner join build_stages as stages using (stage_key)
    where steps.from_kind_code is null
        or steps.from_kind_code <> steps.kind_code
        or steps.from_stage_key <> steps.stage_key
    group by steps.deal_key
),

created as (
    select
        deals.deal_key,
        least(coalesce(seen.created_at, history.created_at), history.created_at, history.first_at) as created_at
    from build_deals as deals
    left join build_seen as seen on seen.deal_key = deals.deal_key and seen.is_current
    left join build_history as history on history.deal_key = deals.deal_key
),

ended as (
    select
        states.deal_key,
        case
            when states.kind_code in (1, 2) then entered.won_at
            when states.kind_code = 3 then entered.lost_at
        end as closed_at,
        entered.furthest_order,
        entered.furthest_stage_key
    from states
    left join entered using (deal_key)
)

select
    deals.deal_id,
    raw.deal_name,
    raw.account,
    raw.contact,
    owners.owner,
    coalesce(owners.team, attributes.team) as team,
    stages.pipeline,
    stages.stage,
    stages.stage_order,
    kinds.kind,
    case kinds.kind when 'paid' then 'won' else kinds.kind end as status,
    states.amount,
    raw.amount as amount_original,
    raw.currency,
    deals.rate is not null as has_rate,
    raw.crm_probability,
    attributes.source,
    attributes.product,
    attributes.segment,
    created.created_at,
    created.created_at::date as created_date,
    states.expected_close_date,
    ended.closed_at,
    ended.closed_at::date as closed_date,
    raw.delivery_date,
    raw.last_activity_at,
    raw.next_step,
    raw.next_step_date,
    raw.lost_reason,
    raw.budget,
    raw.authority,
    raw.need,
    raw.timing,
    raw.exception_reason,
    furthest.stage as furthest_stage,
    ended.furthest_order,
    case
        when ended.closed_at::date >= created.created_at::date
            then ended.closed_at::date - created.created_at::date
    end::integer as cycle_days,
    created.created_at is null as is_undated,
    evidences.evidence,
    deals.import_id
from states
inner join build_deals as deals using (deal_key)
inner join build_stages as stages on stages.stage_key = states.stage_key
inner join build_kinds as kinds on kinds.kind_code = states.kind_code
inner join build_evidences as evidences on evidences.evidence_code = states.evidence
inner join created using (deal_key)
inner join ended using (deal_key)
left join raw_deals as raw on raw.import_id = deals.import_id and raw.line = deals.line
left join build_owners as owners on owners.owner_key = states.owner_key
left join build_attributes as attributes on attributes.attribute_key = states.attribute_key
left join build_stages as furthest on furthest.stage_key = ended.furthest_stage_key
