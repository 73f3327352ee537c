-- Every period from the first change to $until; the last one ends there, and is a part period where that is before its own end.
    select
        period_start,
        least(true_end, $until::date) as period_end,
        true_end > $until::date as is_part_period
    from (
        select
            period_start,
            (period_start + {step})::date - 1 as true_end
        from (
            select unnest(generate_series(
                (select min(period_start) from by_key)::timestamp,
                $until::timestamp,
                {step}
            ))::date as period_start
        ) as starts
    ) as periods
