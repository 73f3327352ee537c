-- How deals fared, gathered by days. What: 0 next (from a stage until a later one), 1 end (from a stage, or from creation where there is none, until won or lost), 2 stay (in a stage), 3 passed (over a stage; negative where it was entered after all), 4 back (from a stage to an earlier one). State: 0 open, 1 won, 2 lost, 3 gone, 4 next, 5 ended, 6 left. Grain: what, cut_key, stage, state, age, entry, is_inferred, is_unplaced.
with

places as (
{places}
),

cuts as (
{cuts}
),

stays as materialized (
{stays}
),

ends as materialized (
{ends}
),

-- Nobody knows of a deal that ended before the first day on which any did: whoever lived through that is watched from then on.
watched as (
    select
        pipeline_key,
        min(case when kind_code in (1, 2) then won_at when kind_code = 3 then last_at end)::date as first_end,
        min(first_left) as first_move
    from ends
    group by pipeline_key
),

deals as materialized (
{deals}
),

winding_stays as materialized (
    select
        stays.deal_key, stays.sequence, stays.entered_at, stays.stage_key, stays.kind_code, stays.place, stays.evidence,
        row_number() over (partition by stays.deal_key, stays.stage_key order by stays.sequence) = 1 as is_first,
        lag(stays.stage_key) over by_deal as before_key,
        lag(stays.place) over by_deal as before_place
    from stays
    inner join deals using (deal_key)
    where deals.is_winding and stays.pipeline_key = deals.pipeline_key
        and not stays.is_instant and stays.kind_code in (0, 1, 2) and stays.place > 0
    window by_deal as (partition by stays.deal_key order by stays.sequence)
),

reached as (
{reached}
),

spans as (
    select pipeline_key, cut_key, first_place, furthest_place, count(*) as n
    from deals
    where first_place + 1 < furthest_place
    group by all
),

followed as (
    select
        0::tinyint as what,
        pipeline_key,
        {reached_cut} as cut_key,
        stage_key,
        case when next_date is not null then 4 when kind_code in (1, 2, 3) then 5 when kind_code = 0 then 0 else 3 end::tinyint as state,
        coalesce(next_date, ended_date, $as_of::date) - reached_date as age,
        first_move - reached_date as entry,
        is_inferred, false as is_unplaced, is_undated
    from reached

    union all

    select
        1::tinyint, pipeline_key, {reached_cut}, stage_key,
        case kind_code when 0 then 0 when 1 then 1 when 2 then 1 when 3 then 2 else 3 end::tinyint,
        coalesce(ended_date, $as_of::date) - reached_date,
        first_end - reached_date,
        is_inferred, false, is_undated
    from reached

    union all

    select
        1::tinyint, pipeline_key, {begun_cut}, 0,
        case kind_code when 0 then 0 when 1 then 1 when 2 then 1 when 3 then 2 else 3 end::tinyint,
        coalesce(ended_date, $as_of::date) - begun_date,
        first_end - begun_date,
        false, first_place is null, is_undated
    from deals

    union all

    select
        2::tinyint, deals.pipeline_key, {stay_cut}, stays.stage_key,
        case
            when stays.left_at is null then 0
            when deals.kind_code in (4, 5) and stays.left_at = deals.last_at then 3
            else 6
        end::tinyint,
        coalesce(stays.left_at::date, $as_of::date) - stays.entered_at::date,
        first_move - stays.entered_at::date,
        stays.evidence = 0, false, deals.is_undated
    from stays
    inner join deals on deals.deal_key = stays.deal_key and deals.pipeline_key = stays.pipeline_key
    where not stays.is_instant and stays.kind_code = 0 and stays.place > 0
),

gathered as (
    select
        what, pipeline_key, cut_key, stage_key, state, is_inferred, is_unplaced,
        case when is_undated then -1 else greatest(age, 0) end::integer as age,
        case when is_undated then 0 else least(greatest(coalesce(entry, 0), 0), greatest(age, 0)) end::integer as entry,
        count(*)::bigint as n
    from followed
    group by all
),

detours as (
    select 3 as what, spans.pipeline_key, spans.cut_key, places.stage_key, sum(spans.n) as n
    from spans
    inner join places
        on places.pipeline_key = spans.pipeline_key
        and places.place > spans.first_place
        and places.place < spans.furthest_place
    group by all

    union all

    select 3, reached.pipeline_key, reached.cut_key, reached.stage_key, -count(*)
    from reached
    inner join places on places.stage_key = reached.stage_key
    where places.place > reached.first_place and places.place < reached.furthest_place
    group by all

    union all

    select 4, deals.pipeline_key, deals.cut_key, moved.before_key, count(*)
    from winding_stays as moved
    inner join deals on deals.deal_key = moved.deal_key
    where moved.kind_code = 0 and moved.place < moved.before_place
    group by all
)

select what, pipeline_key, cut_key::bigint as cut_key, stage_key, state, is_inferred, is_unplaced, age, entry, n
from gathered

union all

select what, pipeline_key, cut_key, stage_key, 0, false, false, 0, 0, n
from detours
