-- Every period from the first asked for (or in which anything happened) to the last.
    select unnest(generate_series(
        {first}::timestamp,
        coalesce($until::date, (select max({time}) from happened where is_inside))::timestamp,
        {step}
    ))::date as period_start
