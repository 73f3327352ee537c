-- The deals asked for, each with what it is cut by and since when its pipeline's data tell of ends and moves. Grain: deal_key.
    select
        ends.deal_key,
        ends.pipeline_key,
        ends.kind_code,
        ends.begun_date,
        ends.last_at,
        case when ends.kind_code in (1, 2) then ends.won_at when ends.kind_code <> 0 then ends.last_at end::date as ended_date,
        ends.first_place,
        ends.furthest_place,
        ends.is_winding,
        now.is_undated,
        {cut} as cut_key,
        watched.first_end,
        watched.first_move
    from ends
    inner join deal_days as now
        on now.deal_key = ends.deal_key
        and now.change_date <= $as_of::date
        and (now.left_date is null or now.left_date > $as_of::date)
    inner join watched on watched.pipeline_key = ends.pipeline_key
    {joins}
    where {condition}
