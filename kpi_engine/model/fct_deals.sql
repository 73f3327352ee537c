-- One row per deal, as it is known now. Grain: deal_id.
create or replace table fct_deals as
with

now as (
    select *
    from deal_days
    where left_date is null
),

-- DuckDB reads a table of the same transaction with one core, and what is materialized with all of them.
stays as materialized (
    select deal_key, stage_key, kind_code, prev_kind_code, entered_at, left_at
    from deal_stays
),

entered as (
    select
        stays.deal_key,
        max(case
            when stays.kind_code in (1, 2) and coalesce(stays.prev_kind_code, 0) not in (1, 2) then stays.entered_at
        end) as won_at,
        max(case when stays.kind_code = 3 and coalesce(stays.prev_kind_code, 0) <> 3 then stays.entered_at end) as lost_at,
        max(case when stays.kind_code = 5 then stays.entered_at end) as over_at,
        -- A stage that was left at the instant it was entered was passed over, not reached.
        max(case
            when stays.kind_code in (0, 1, 2) and stays.left_at is distinct from stays.entered_at then stages.stage_order
        end) as furthest_order
    from stays
    inner join build_stages as stages using (stage_key)
    group by stays.deal_key
),

ended as (
    select
        now.deal_key,
        entered.furthest_order,
        case
            when now.kind_code in (1, 2) then entered.won_at
            when now.kind_code = 3 then entered.lost_at
            when now.kind_code = 5 then entered.over_at
        end as closed_at
    from now
    inner join entered using (deal_key)
),

-- Written in one go when all is joined: a join that writes as it goes takes half as much time again of the processor.
result as materialized (
    select
        deals.deal_id,
        coalesce(raw.deal_name, described.deal_name) as deal_name,
        coalesce(raw.account, described.account) as account,
        coalesce(raw.contact, described.contact) as contact,
        owners.owner,
        teams.team,
        stages.pipeline,
        stages.stage,
        stages.stage_order,
        case now.kind_code when 0 then 'open' when 1 then 'won' when 2 then 'paid' when 3 then 'lost' when 4 then 'gone' when 5 then 'closed' end as kind,
        case now.kind_code when 0 then 'open' when 3 then 'lost' when 4 then 'gone' when 5 then 'closed' else 'won' end as status,
        now.amount,
        coalesce(raw.amount, described.amount) as amount_original,
        deals.currency,
        deals.rate is not null as has_rate,
        coalesce(raw.crm_probability, described.crm_probability) as crm_probability,
        attributes.source,
        attributes.product,
        attributes.segment,
        beginnings.created_at,
        beginnings.created_at::date as created_date,
        now.expected_close_date,
        ended.closed_at,
        ended.closed_at::date as closed_date,
        coalesce(raw.delivery_date, described.delivery_date) as delivery_date,
        coalesce(raw.last_activity_at, described.last_activity_at) as last_activity_at,
        coalesce(raw.next_step, described.next_step) as next_step,
        coalesce(raw.next_step_date, described.next_step_date) as next_step_date,
        coalesce(raw.lost_reason, described.lost_reason) as lost_reason,
        coalesce(raw.budget, described.budget) as budget,
        coalesce(raw.authority, described.authority) as authority,
        coalesce(raw.need, described.need) as need,
        coalesce(raw.timing, described.timing) as timing,
        coalesce(raw.exception_reason, described.exception_reason) as exception_reason,
        furthest.stage as furthest_stage,
        ended.furthest_order,
        case
            when ended.closed_at::date >= beginnings.created_at::date
                then ended.closed_at::date - beginnings.created_at::date
        end::integer as cycle_days,
        beginnings.created_at is null as is_undated,
        case now.evidence when 0 then 'inferred' when 1 then 'snapshot' when 2 then 'history' end as evidence,
        deals.import_id
    from now
    inner join build_deals as deals on deals.deal_key = now.deal_key
    inner join build_beginnings as beginnings on beginnings.deal_key = now.deal_key
    inner join ended on ended.deal_key = now.deal_key
    inner join build_stages as stages on stages.stage_key = now.stage_key
    left join raw_deals as raw on raw.import_id = deals.import_id and raw.line = deals.line
    left join build_described as described on described.deal_key = now.deal_key
    left join key_owners as owners on owners.owner_key = now.owner_key
    left join key_teams as teams on teams.team_key = now.team_key
    left join key_attributes as attributes on attributes.attribute_key = now.attribute_key
    -- The furthest stage of another pipeline it was in before has no name in this one.
    left join build_stages as furthest
        on furthest.pipeline_key = stages.pipeline_key and furthest.stage_order = ended.furthest_order
)

select * from result
