-- Change of what is open, per day and place. Grain: change_date, owner, team, pipeline, segment, source, product, stage, evidence, is_undated.
create or replace table fct_pipeline_day as
with

changes as (
    select * from build_days
),

signed as (
    select
        change_date, owner_key, attribute_key, stage_key, evidence, is_undated,
        coalesce(amount, 0) as amount, 1 as deals, case when amount is null then 1 else 0 end as without_amount
    from changes
    where kind_code = 0

    union all

    select
        change_date, prev_owner_key, prev_attribute_key, prev_stage_key, prev_evidence, is_undated,
        -coalesce(prev_amount, 0), -1, case when prev_amount is null then -1 else 0 end
    from changes
    where prev_kind_code = 0
),

added as (
    select
        change_date, owner_key, attribute_key, stage_key, evidence, is_undated,
        sum(amount) as amount, sum(deals) as deals, sum(without_amount) as without_amount
    from signed
    group by change_date, owner_key, attribute_key, stage_key, evidence, is_undated
)

select
    added.change_date,
    owners.owner,
    coalesce(owners.team, attributes.team) as team,
    stages.pipeline,
    attributes.segment,
    attributes.source,
    attributes.product,
    stages.stage,
    evidences.evidence,
    added.is_undated,
    sum(added.amount)::decimal(18, 2) as amount_change,
    sum(added.deals)::integer as deals_change,
    sum(added.without_amount)::integer as deals_without_amount_change
from added
inner join build_stages as stages using (stage_key)
inner join build_evidences as evidences on evidences.evidence_code = added.evidence
left join build_owners as owners on owners.owner_key = added.owner_key
left join build_attributes as attributes on attributes.attribute_key = added.attribute_key
where added.amount <> 0 or added.deals <> 0 or added.without_amount <> 0
group by all
