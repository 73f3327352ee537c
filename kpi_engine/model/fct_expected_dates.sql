-- One row per state of an open deal that has an expected close date: whether that day came and passed in it, and whether it was put off. Grain: deal_key, change_date.
create or replace view fct_expected_dates as
with

reach as (
    select max(as_of) as as_of from imports
)

select
    days.deal_key,
    days.change_date,
    days.expected_close_date,
    case
        when days.expected_close_date >= days.change_date
            and days.expected_close_date < coalesce(days.left_date, reach.as_of + 1)
            then days.expected_close_date
    end as slipped_date,
    case when days.prev_kind_code = 0 and days.expected_close_date > days.prev_expected_close_date then days.change_date end
        as pushed_date,
    -- What an export alone shows is the date of today: nobody knows which there were before. A history of stages that
    -- carries no expected dates does not tell them either.
    days.evidence <> 0 and coalesce(known.expected_since <= days.change_date, false) as is_told,
    owners.owner,
    teams.team,
    stages.pipeline,
    attributes.segment,
    attributes.source,
    attributes.product,
    stages.stage,
    days.amount
from deal_days as days
cross join reach
inner join key_stages as stages on stages.stage_key = days.stage_key
left join deal_known as known on known.deal_key = days.deal_key
left join key_owners as owners on owners.owner_key = days.owner_key
left join key_teams as teams on teams.team_key = days.team_key
left join key_attributes as attributes on attributes.attribute_key = days.attribute_key
where days.kind_code = 0 and days.expected_close_date is not null
