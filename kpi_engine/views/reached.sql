-- Of the deals that ended and reached an open stage or one after it, how many were won; a deal whose stages nobody noted says nothing. Grain: pipeline, stage.
with

noted as (
    select distinct deal_id
    from fct_transitions
    where kind = 'open' and stage <> $unknown_stage
),

ended as (
    select
        coalesce(pipeline, '') as in_pipeline,
        furthest_order,
        status = 'won' as is_won
    from fct_deals
    inner join noted using (deal_id)
    where status in ('won', 'lost') and closed_date <= $as_of::date and {condition}
)

select
    stages.pipeline,
    stages.stage,
    count(ended.is_won) as n,
    count(*) filter (where ended.is_won) as won
from dim_stages as stages
left join ended on stages.pipeline = ended.in_pipeline and ended.furthest_order >= stages.stage_order
where stages.kind = 'open' and stages.stage <> $unknown_stage
group by stages.pipeline, stages.stage, stages.stage_order
order by stages.pipeline, stages.stage_order, stages.stage
