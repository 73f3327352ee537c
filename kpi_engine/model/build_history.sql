-- The first and last things the history says about each deal. Grain: deal_key.
create or replace temp table build_history as
with

-- DuckDB reads a table of the same transaction with one core, and what is materialized with all of them.
changes as materialized (
    select
        changes.deal_key,
        changes.happened_at,
        changes.seq,
        changes.owner_key,
        changes.old_owner_key,
        changes.amount,
        changes.old_amount,
        changes.expected_close_date,
        changes.old_expected_close_date,
        changes.created_at,
        stages.stage_key,
        stages.kind_code,
        case changes.said
            when 'lost' then 3
            when 'won' then case when stages.kind_code = 2 then 2 else 1 end
            else coalesce(stages.kind_code, case when changes.said = 'open' then 0 end)
        end::tinyint as outcome,
        case when changes.stage_id is not null then coalesce(old_stages.stage_key, stages.stage_key) end as before_key
    from build_changes as changes
    left join build_stages as stages
        on stages.pipeline_key = changes.pipeline_key and stages.stage_id = changes.stage_id
    left join build_stages as old_stages
        on old_stages.pipeline_key = changes.pipeline_key and old_stages.stage_id = changes.old_stage_id
)

select
    deal_key,
    min(happened_at) as first_at,
    min(case when stage_key is not null then happened_at end) as first_stage_at,
    max(happened_at) as last_at,
    min(created_at) as created_at,
    arg_min(before_key, seq) as first_before_key,
    arg_min(stage_key, seq) as first_stage_key,
    arg_max(stage_key, seq) as last_stage_key,
    arg_max(outcome, seq) as last_outcome,
    -- What it was before the first change of it, where the history says so.
    arg_min(coalesce(old_amount, amount), seq) as first_amount,
    min(case when amount is not null then happened_at end) as first_amount_at,
    arg_max(amount, seq) as last_amount,
    arg_min(coalesce(old_owner_key, owner_key), seq) as first_owner_key,
    min(case when owner_key is not null then happened_at end) as first_owner_at,
    arg_max(owner_key, seq) as last_owner_key,
    arg_min(coalesce(old_expected_close_date, expected_close_date), seq) as first_expected_close,
    min(case when expected_close_date is not null then happened_at end) as first_expected_close_at,
    arg_max(expected_close_date, seq) as last_expected_close
from changes
group by deal_key
