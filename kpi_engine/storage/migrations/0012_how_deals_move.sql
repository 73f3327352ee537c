-- How deals move on, in words over the small numbers: steps from milestone to milestone, stays in a stage, expected dates.
create view fct_steps as
with

ranked as (
    select
        keys.stage_key,
        keys.pipeline,
        coalesce(list_position(
            ['prospect', 'lead', 'qualified', 'proposal', 'negotiation', 'won', 'paid'], stages.milestone
        ), 0)::tinyint as milestone
    from key_stages as keys
    left join dim_stages as stages on stages.pipeline is not distinct from keys.pipeline and stages.stage = keys.stage
),

stays as (
    select
        stays.deal_key, stays.sequence, stays.entered_at, stays.left_at, stays.kind_code, stays.prev_kind_code,
        stays.owner_key, stays.team_key, stays.attribute_key,
        ranked.pipeline,
        case when stays.kind_code in (0, 1, 2) then ranked.milestone else 0 end as milestone,
        coalesce(before.milestone, 0) as milestone_before
    from deal_stays as stays
    inner join ranked on ranked.stage_key = stays.stage_key
    left join ranked as before on before.stage_key = stays.prev_stage_key
),

-- Most deals only go forward: what they had is where they came from. These have to be looked at from their beginning.
winding as (
    select distinct deal_key
    from stays
    where left_at = entered_at
        or (kind_code in (0, 1, 2) and (prev_kind_code in (3, 4, 5) or milestone_before > milestone))
),

told as (
    select stays.* exclude (milestone_before), stays.milestone_before as had
    from stays
    left join winding using (deal_key)
    where winding.deal_key is null

    union all

    -- A stage that was left at the instant it was entered was passed over.
    select
        stays.* exclude (milestone_before),
        coalesce(max(stays.milestone) over (
            partition by stays.deal_key order by stays.sequence rows between unbounded preceding and 1 preceding
        ), 0)::tinyint as had
    from stays
    inner join winding using (deal_key)
    where stays.left_at is distinct from stays.entered_at
)

select
    told.deal_key,
    told.sequence,
    told.entered_at::date as step_date,
    told.had,
    greatest(told.had, told.milestone) as has,
    told.kind_code = 3 as is_lost,
    owners.owner,
    teams.team,
    told.pipeline,
    attributes.segment,
    attributes.source,
    attributes.product
from told
left join key_owners as owners on owners.owner_key = told.owner_key
left join key_teams as teams on teams.team_key = told.team_key
left join key_attributes as attributes on attributes.attribute_key = told.attribute_key
where told.milestone > told.had or (told.kind_code = 3 and told.prev_kind_code is distinct from 3);

create view fct_stays as
select
    stays.deal_key,
    stays.sequence,
    stays.entered_at::date as entered_date,
    stays.left_at::date as left_date,
    (stays.left_at::date - stays.entered_at::date)::integer as days,
    owners.owner,
    teams.team,
    stages.pipeline,
    attributes.segment,
    attributes.source,
    attributes.product,
    stages.stage,
    case stays.evidence when 0 then 'inferred' when 1 then 'snapshot' when 2 then 'history' end as evidence
from deal_stays as stays
inner join key_stages as stages on stages.stage_key = stays.stage_key
left join key_owners as owners on owners.owner_key = stays.owner_key
left join key_teams as teams on teams.team_key = stays.team_key
left join key_attributes as attributes on attributes.attribute_key = stays.attribute_key
where stays.kind_code = 0
    and stages.stage_order > 0
    -- A stage that was left at the instant it was entered was passed over.
    and stays.left_at is distinct from stays.entered_at;

create view fct_expected_dates as
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
    -- What an export alone shows is the date of today: nobody knows which there were before.
    days.evidence <> 0 as is_told,
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
left join key_owners as owners on owners.owner_key = days.owner_key
left join key_teams as teams on teams.team_key = days.team_key
left join key_attributes as attributes on attributes.attribute_key = days.attribute_key
where days.kind_code = 0 and days.expected_close_date is not null;
