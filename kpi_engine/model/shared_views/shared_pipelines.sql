-- What each pipeline is called on a shared screen: two that are named after people still are two. Grain: pipeline.
create or replace temp table shared_pipelines as
with

told as (
    select distinct pipeline, masked(pipeline) as masked_name
    from key_stages
    where pipeline is not null
)

select
    pipeline,
    case
        when masked_name = pipeline or count(*) over (partition by masked_name) = 1 then masked_name
        else masked_name || ' ' || row_number() over (partition by masked_name order by md5(pipeline))
    end as shown
from told
