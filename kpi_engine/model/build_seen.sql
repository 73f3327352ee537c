-- What each export said about each deal, with its outcome and what was said before. Grain: deal_key, source_number, as_of.
create or replace temp table build_seen as
with

unknown as (
    select pipeline_key, stage_key as unknown_key
    from build_stages
    where kind = 'open' and stage_id is null
),

typed as (
    select
        -- Grows with the order of the exports, never with that of the imports: what happened at one instant is told in it.
        snapshots.export_order * 17179869184 + snapshots.line as seen_key,
        snapshots.deal_key,
        snapshots.source_number,
        snapshots.as_of,
        -- What an export says holds at the end of its day.
        snapshots.as_of + interval 86399 second as as_of_at,
        snapshots.previous_as_of,
        snapshots.next_complete_as_of,
        snapshots.is_repeated,
        snapshots.has_amount,
        snapshots.has_owner,
        snapshots.has_expected_close,
        snapshots.is_first,
        snapshots.is_current,
        coalesce(stages.stage_key, unknown.unknown_key) as stage_key,
        case snapshots.said
            when 'lost' then 3
            when 'won' then case when stages.kind_code = 2 then 2 else 1 end
            when 'closed' then case when stages.kind_code in (1, 2, 3) then stages.kind_code else 5 end
            else coalesce(stages.kind_code, 0)
        end::tinyint as outcome,
        snapshots.owner_key,
        snapshots.team_key,
        attributes.attribute_key,
        case
            when deals.rate = 1 then snapshots.amount
            else round(snapshots.amount * deals.rate, 2)::decimal(18, 2)
        end as amount,
        snapshots.expected_close_date,
        snapshots.created_at,
        snapshots.stage_changed_at,
        -- Called ended, a deal has ended by the day of the export, whatever its closing date says.
        case when snapshots.closed_at is not null then least(snapshots.closed_at, snapshots.as_of + interval 86399 second) end
            as ended_at
    from build_snapshots as snapshots
    inner join build_deals as deals using (deal_key)
    inner join unknown on unknown.pipeline_key = snapshots.pipeline_key
    inner join build_attributes as attributes
        on attributes.segment is not distinct from snapshots.segment
        and attributes.source is not distinct from snapshots.source
        and attributes.product is not distinct from snapshots.product
    left join build_stages as stages
        on stages.pipeline_key = snapshots.pipeline_key and stages.stage_id = snapshots.stage_id
),

followed as (
    select
        *,
        lag(seen_key) over told as before_key,
        lag(outcome) over told as before_outcome,
        lag(outcome) over by_source as own_before_outcome,
        lag(next_complete_as_of) over by_source as own_missed_as_of,
        lead(as_of) over by_source as after_as_of
    from typed
    where not (is_first and is_current)
    window
        told as (partition by deal_key order by seen_key),
        by_source as (partition by deal_key, source_number order by as_of)
),

stretches as (
    select
        * exclude (before_outcome),
        count(*) filter (where before_outcome is distinct from outcome) over (
            partition by deal_key order by seen_key
        ) as stretch
    from followed
)

-- As long as exports agree on how a deal stands, the newest closing date among them is the right one.
select
    * exclude (stretch) replace (
        last_value(ended_at ignore nulls) over (
            partition by deal_key, stretch order by seen_key
            rows between unbounded preceding and unbounded following
        ) as ended_at
    )
from stretches

union all

select
    *,
    null::bigint as before_key, null::tinyint as own_before_outcome, null::date as own_missed_as_of, null::date as after_as_of
from typed
where is_first and is_current
