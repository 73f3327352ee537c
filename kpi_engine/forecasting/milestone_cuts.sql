-- The values of a column by small numbers, one for each value. Grain: key.
    select
        {key} as key,
        coalesce({column}, '') as name,
        dense_rank() over (order by coalesce({column}, '')) as cut_key
    from {table}
