-- What each change of a deal adds to what is open (in its new place) and takes from it (in its old one), in small numbers (fct_pipeline_day adds them up, in words). Grain: change of a deal, side.
create or replace table open_days as
with

-- DuckDB reads a table of the same transaction with one core, and what is materialized with all of them.
-- Where an open deal changes nothing that counts here, as when only its expected date moves, nothing is added.
moved as materialized (
    select
        change_date, owner_key, team_key, attribute_key, stage_key, kind_code, amount, evidence, is_undated,
        prev_owner_key, prev_team_key, prev_attribute_key, prev_stage_key, prev_kind_code, prev_amount, prev_evidence
    from deal_days
    where (kind_code = 0 or prev_kind_code = 0) and not (
        kind_code = 0
        and prev_kind_code is not distinct from 0
        and amount is not distinct from prev_amount
        and owner_key is not distinct from prev_owner_key
        and team_key is not distinct from prev_team_key
        and attribute_key is not distinct from prev_attribute_key
        and stage_key is not distinct from prev_stage_key
        and evidence is not distinct from prev_evidence
    )
)

-- Not grouped: few deals change in one place on one day, so that there are hardly fewer rows then, and putting them
-- together costs more than twice as much as writing them [measured at 1,000,000 deals].
select
    change_date, owner_key, team_key, attribute_key, stage_key, evidence, is_undated,
    coalesce(amount, 0)::decimal(18, 2) as amount_change,
    1 as deals_change,
    (amount is null)::integer as deals_without_amount_change
from moved
where kind_code = 0

union all

select
    change_date, prev_owner_key, prev_team_key, prev_attribute_key, prev_stage_key, prev_evidence, is_undated,
    -coalesce(prev_amount, 0)::decimal(18, 2),
    -1,
    -(prev_amount is null)::integer
from moved
where prev_kind_code = 0
