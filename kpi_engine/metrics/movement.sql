-- One row per deal, day it changed and cause: what that change added to expected value. Grain: deal_id, change_date, cause.
with

changes as (
    select
        deal_id,
        change_date,
        owner,
        stage,
        prev_stage,
        kind,
        prev_kind,
        amount,
        prev_amount,
        evidence,
        coalesce(pipeline, '') as now_pipeline,
        coalesce(prev_pipeline, '') as was_pipeline,
        coalesce(amount, 0) as now_amount,
        coalesce(prev_amount, 0) as was_amount,
        kind = 'open' and {condition} as is_in,
        coalesce(prev_kind = 'open', false) and {condition_before} as was_in
    from fct_changes
    where not is_undated and change_date > $after::date and change_date <= $until::date
),

-- The chance of each stage from one day to another, as it was in force then.
ladder as (
    select
        p.pipeline,
        p.stage,
        p.probability,
        p.valid_from,
        p.valid_to,
        s.stage_order
    from dim_stage_probability_history as p
    left join dim_stages as s on p.pipeline = s.pipeline and p.stage = s.stage
),

-- A stage without a probability would quietly be worth nothing: better to stop.
priced as materialized (
    select
        changes.*,
        ladder_now.stage_order as now_order,
        ladder_before.stage_order as was_order,
        case
            when is_in and ladder_now.probability is null then error('no probability for stage ' || changes.stage)
            when is_in then ladder_now.probability
        end as now_probability,
        case
            when was_in and ladder_before.probability is null then error('no probability for stage ' || changes.prev_stage)
            when was_in then ladder_before.probability
        end as was_probability
    from changes
    left join ladder as ladder_now
        on changes.now_pipeline = ladder_now.pipeline and changes.stage = ladder_now.stage
        and changes.change_date >= ladder_now.valid_from
        and (ladder_now.valid_to is null or changes.change_date < ladder_now.valid_to)
    left join ladder as ladder_before
        on changes.was_pipeline = ladder_before.pipeline and changes.prev_stage = ladder_before.stage
        and changes.change_date >= ladder_before.valid_from
        and (ladder_before.valid_to is null or changes.change_date < ladder_before.valid_to)
    where is_in or was_in
),

-- Forward is a later stage of the same pipeline; where the two cannot be ordered, a likelier one.
stage_part as (
    select
        priced.*,
        case
            when now_pipeline <> was_pipeline or $unknown_stage in (stage, prev_stage) or now_order is null or was_order is null
                or now_order = was_order
                then case when now_probability >= was_probability then 'advanced' else 'moved_back' end
            when now_order > was_order then 'advanced'
            else 'moved_back'
        end as cause,
        was_amount * (now_probability - was_probability) as change
    from priced
    where is_in and was_in
),

amount_part as (
    select
        priced.*,
        'amount_changed' as cause,
        (now_amount - was_amount) * now_probability as change
    from priced
    where is_in and was_in
),

came_in as (
    select
        priced.*,
        case
            when prev_kind is null then 'created'
            when prev_kind <> 'open' then 'reopened'
            else 'transferred'
        end as cause,
        now_amount * now_probability as change
    from priced
    where is_in and not was_in
),

went_out as (
    select
        priced.*,
        case
            when kind in ('won', 'paid') then 'won'
            when kind = 'lost' then 'lost'
            -- Ended with an outcome that nobody knows: it left, like one that is missing.
            when kind in ('gone', 'closed') then 'gone'
            else 'transferred'
        end as cause,
        -was_amount * was_probability as change
    from priced
    where was_in and not is_in
),

-- New chances count from the start of their first day: before that day's changes, for what was open the day before.
new_chances as (
    select
        was.pipeline as in_pipeline,
        was.stage as in_stage,
        new.valid_from as first_day,
        new.probability - was.probability as difference
    from dim_stage_probability_history as was
    inner join dim_stage_probability_history as new
        on was.pipeline = new.pipeline and was.stage = new.stage and was.valid_to = new.valid_from
    where new.valid_from > $after::date and new.valid_from <= $until::date and new.probability <> was.probability
),

recalibrated as (
    select
        deal_id,
        first_day as change_date,
        'recalibrated' as cause,
        owner,
        stage as prev_stage,
        stage,
        amount as prev_amount,
        amount,
        evidence,
        amount * difference as change
    from fct_changes
    inner join new_chances
        on coalesce(pipeline, '') = in_pipeline and stage = in_stage
        and change_date < first_day and (left_date is null or left_date >= first_day)
    where kind = 'open' and not is_undated and amount is not null and {condition}
),

by_work as (
    select * from stage_part
    union all
    select * from amount_part
    union all
    select * from came_in
    union all
    select * from went_out
),

booked as (
    select deal_id, change_date, cause, owner, prev_stage, stage, prev_amount, amount, evidence, change
    from by_work
    union all
    select deal_id, change_date, cause, owner, prev_stage, stage, prev_amount, amount, evidence, change
    from recalibrated
)

select
    deal_id,
    change_date,
    cause,
    owner,
    prev_stage,
    stage,
    prev_amount,
    amount,
    evidence,
    change::decimal(38, 8) as change
from booked
where change <> 0
