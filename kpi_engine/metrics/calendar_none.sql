-- The one moment asked for.
    select
        $until::date as period_start,
        $until::date as period_end,
        false as is_part_period
