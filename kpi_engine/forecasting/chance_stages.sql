-- Every stage a deal can be open, won or paid in, in order. Grain: pipeline, stage.
select pipeline, stage, coalesce(stage_order, 0) as stage_order, kind
from dim_stages
where kind in ('open', 'won', 'paid')
order by pipeline, stage_order, stage
