-- What changed per day and stage, of everybody together: a small fraction of the rows. Grain: change_date, stage_key, evidence, is_undated.
    select
        change_date,
        stage_key,
        evidence,
        is_undated,
        sum(amount_change)::decimal(29, 2) as amount_change,
        sum(deals_change)::bigint as deals_change,
        sum(deals_without_amount_change)::bigint as deals_without_amount_change
    from open_days
    where change_date <= $until::date
    group by all
