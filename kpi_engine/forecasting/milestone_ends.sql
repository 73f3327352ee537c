-- Each deal as it stood at the end of $as_of: where it began, how far it came, how it ended. Grain: deal_key.
    select
        deal_key,
        min(entered_at)::date as begun_date,
        min(left_at)::date as first_left,
        max(case when left_at is null then pipeline_key end) as pipeline_key,
        max(case when left_at is null then kind_code end) as kind_code,
        max(case when left_at is null then entered_at end) as last_at,
        max(case when kind_code in (1, 2) and prev_kind_code not in (1, 2) then entered_at end) as won_at,
        -- Of a deal that was never seen in a stage nobody knows which way it went.
        min(case when kind_code = 0 and place > 0 and not is_instant then place end) as first_place,
        max(case when kind_code in (0, 1, 2) and not is_instant then place end) as furthest_place,
        bool_or(is_turn) as is_winding
    from stays
    group by deal_key
