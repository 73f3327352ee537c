-- Change of what is open, per day and place, in small numbers (fct_pipeline_day says them in words). Grain: all but the three changes.
create or replace table open_days as
with

signed as (
    select
        change_date, owner_key, team_key, attribute_key, stage_key, evidence, is_undated,
        amount, 1 as deals, (amount is null)::integer as without_amount
    from deal_days
    where kind_code = 0

    union all

    select
        change_date, prev_owner_key, prev_team_key, prev_attribute_key, prev_stage_key, prev_evidence, is_undated,
        -prev_amount, -1, -(prev_amount is null)::integer
    from deal_days
    where prev_kind_code = 0
),

added as (
    select
        change_date, owner_key, team_key, attribute_key, stage_key, evidence, is_undated,
        coalesce(sum(amount), 0)::decimal(18, 2) as amount_change,
        sum(deals)::integer as deals_change,
        sum(without_amount)::integer as deals_without_amount_change
    from signed
    group by change_date, owner_key, team_key, attribute_key, stage_key, evidence, is_undated
)

select *
from added
where amount_change <> 0 or deals_change <> 0 or deals_without_amount_change <> 0
