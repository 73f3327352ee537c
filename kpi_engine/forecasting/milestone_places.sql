-- Every stage by small numbers: its place in its pipeline, and the pipeline's own. Grain: stage_key.
    select
        stage_key,
        coalesce(pipeline, '') as pipeline,
        stage_order::smallint as place,
        dense_rank() over (order by coalesce(pipeline, ''))::smallint as pipeline_key
    from key_stages
