-- Each stay of a deal in a stage as it was known at the end of $as_of. Grain: deal_key, sequence.
    select
        stays.deal_key,
        stays.sequence,
        stays.entered_at,
        case when stays.left_at::date <= $as_of::date then stays.left_at end as left_at,
        stays.stage_key,
        stays.prev_stage_key,
        stays.kind_code,
        coalesce(stays.prev_kind_code, 0) as prev_kind_code,
        stays.evidence,
        places.place,
        places.pipeline_key,
        -- A stage that was left at the instant it was entered was passed over.
        stays.left_at is not distinct from stays.entered_at as is_instant,
        -- Back, again, or from elsewhere: such a deal needs a closer look. Most only go forward.
        stays.kind_code in (0, 1, 2) and stays.prev_kind_code is not null and (
            stays.prev_kind_code in (3, 4, 5)
            or before.place > places.place
            or before.pipeline_key <> places.pipeline_key
        ) as is_turn
    from deal_stays as stays
    inner join places on places.stage_key = stays.stage_key
    left join places as before on before.stage_key = stays.prev_stage_key
    where stays.entered_at::date <= $as_of::date
