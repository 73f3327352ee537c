-- How many deals stood as won (or paid) and as lost at the end of a day, the last one where null. Grain: pipeline.
select
    coalesce(stages.pipeline, '') as pipeline,
    count(*) filter (where days.kind_code in (1, 2)) as n_won,
    count(*) filter (where days.kind_code = 3) as n_lost
from deal_days as days
inner join key_stages as stages on stages.stage_key = days.stage_key
where days.change_date <= coalesce($as_of::date, date '9999-12-31')
    and (days.left_date is null or days.left_date > coalesce($as_of::date, date '9999-12-31'))
    and days.kind_code in (1, 2, 3)
group by coalesce(stages.pipeline, '')
order by pipeline
