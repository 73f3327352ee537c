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
        snapshots.import_id * 17179869184 + snapshots.line as seen_key,
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
            when 'closed' then case when stages.kind_code in (1, 2) then stages.kind_code else 3 end
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
        snapshots.closed_at
    from build_snapshots as snapshots
    inner join build_deals as deals using (deal_key)
    inner join unknown on unknown.pipeline_key = snapshots.pipeline_key
    inner join build_attributes as attributes
        on attributes.segment is not distinct from snapshots.segment
        and attributes.source is not distinct from snapshots.source
        and attributes.product is not distinct from snapshots.product
    left join build_stages as stages
        on stages.pipeline_key = snapshots.pipeline_key and stages.stage_id = snapshots.stage_id
)

select
    *,
    -- Another source that showed the deal before is a memory of it, too.
    coalesce(
        lag(seen_key) over (partition by deal_key, source_number order by as_of),
        lag(seen_key) over (partition by deal_key order by as_of, seen_key)
    ) as before_key,
    lead(as_of) over (partition by deal_key, source_number order by as_of) as after_as_of
from typed
where not (is_first and is_current)

union all

select *, null::bigint as before_key, null::date as after_as_of
from typed
where is_first and is_current
