-- Each deal's whole state after each thing that happened to it. Grain: deal_key, seq.
create or replace temp table build_states as
with

filled as (
    select
        deal_key,
        happened_at,
        seq,
        last_value(stage_key ignore nulls) over upto as stage_key,
        last_value(outcome ignore nulls) over upto as outcome,
        last_value(amount ignore nulls) over upto as amount,
        last_value(expected_close_date ignore nulls) over upto as expected_close_date,
        last_value(owner_key ignore nulls) over upto as owner_key,
        last_value(attribute_key ignore nulls) over upto as attribute_key,
        last_value(evidence ignore nulls) over upto as evidence
    from build_events
    window upto as (partition by deal_key order by seq rows between unbounded preceding and current row)
)

select
    filled.deal_key,
    filled.happened_at,
    filled.seq,
    case
        when filled.outcome = 4 or filled.outcome = stages.kind_code then filled.stage_key
        when filled.outcome = 0 then stages.unknown_key
        when filled.outcome = 1 then stages.won_key
        when filled.outcome = 2 then stages.paid_key
        else stages.lost_key
    end as stage_key,
    filled.outcome as kind_code,
    -- What stood for 'the export shows it blank' becomes blank.
    case when filled.amount = -9999999999999999.99 then null else filled.amount end as amount,
    case when filled.expected_close_date = date '0001-01-01' then null else filled.expected_close_date end
        as expected_close_date,
    case when filled.owner_key = 0 then null else filled.owner_key end as owner_key,
    filled.attribute_key,
    filled.evidence
from filled
inner join build_stages as stages on stages.stage_key = filled.stage_key
