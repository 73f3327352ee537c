-- Of the deals that were in each won stage before a day: how many were paid since, how many were lost again unpaid. Grain: pipeline, stage.
with

stays as (
    select deal_key, stage_key, kind_code, entered_at::date as entered_date
    from deal_stays
    -- A stage that was left at the instant it was entered was passed over, not reached.
    where kind_code in (1, 2, 3) and entered_at::date < $before and left_at is distinct from entered_at
),

entered as (
    select deal_key, stage_key, min(entered_date) as entered_date
    from stays
    where kind_code = 1
    group by deal_key, stage_key
),

ended as (
    select
        deal_key,
        max(entered_date) filter (where kind_code = 2) as paid_date,
        max(entered_date) filter (where kind_code = 3) as lost_date
    from stays
    group by deal_key
)

select
    coalesce(keys.pipeline, '') as pipeline,
    keys.stage,
    count(*) as n_entered,
    count(*) filter (where ended.paid_date >= entered.entered_date) as n_paid,
    count(*) filter (
        where ended.lost_date >= entered.entered_date and (ended.paid_date is null or ended.lost_date >= ended.paid_date)
    ) as n_lost
from entered
inner join ended using (deal_key)
inner join key_stages as keys using (stage_key)
group by pipeline, keys.stage
order by pipeline, keys.stage
