-- The large facts are kept in small numbers, a fraction of the room; views of the same names say them in words.
drop table fct_changes;
drop table fct_transitions;
drop table fct_pipeline_day;

create table key_deals (
    deal_key integer,
    deal_id varchar
);

create table key_owners (
    owner_key integer,
    owner varchar
);

create table key_teams (
    team_key integer,
    team varchar
);

create table key_attributes (
    attribute_key integer,
    segment varchar,
    source varchar,
    product varchar
);

create table key_stages (
    stage_key integer,
    pipeline varchar,
    stage varchar,
    stage_order integer
);

create table deal_days (
    deal_key integer,
    change_date date,
    left_date date,
    stage_key integer,
    kind_code tinyint,
    amount decimal(18, 2),
    expected_close_date date,
    owner_key integer,
    team_key integer,
    attribute_key integer,
    evidence tinyint,
    prev_stage_key integer,
    prev_kind_code tinyint,
    prev_amount decimal(18, 2),
    prev_expected_close_date date,
    prev_owner_key integer,
    prev_team_key integer,
    prev_attribute_key integer,
    prev_evidence tinyint,
    is_undated boolean
);

create table deal_stays (
    deal_key integer,
    sequence integer,
    entered_at timestamp,
    left_at timestamp,
    prev_stage_key integer,
    stage_key integer,
    prev_kind_code tinyint,
    kind_code tinyint,
    amount decimal(18, 2),
    expected_close_date date,
    owner_key integer,
    team_key integer,
    attribute_key integer,
    evidence tinyint
);

create table open_days (
    change_date date,
    owner_key integer,
    team_key integer,
    attribute_key integer,
    stage_key integer,
    evidence tinyint,
    is_undated boolean,
    amount_change decimal(18, 2),
    deals_change integer,
    deals_without_amount_change integer
);

create view fct_changes as
select
    deals.deal_id,
    days.change_date,
    days.left_date,
    owners.owner,
    teams.team,
    stages.pipeline,
    stages.stage,
    case days.kind_code when 0 then 'open' when 1 then 'won' when 2 then 'paid' when 3 then 'lost' when 4 then 'gone' end as kind,
    days.amount,
    days.expected_close_date,
    attributes.segment,
    attributes.source,
    attributes.product,
    case days.evidence when 0 then 'inferred' when 1 then 'snapshot' when 2 then 'history' end as evidence,
    days.is_undated,
    prev_owners.owner as prev_owner,
    prev_teams.team as prev_team,
    prev_stages.pipeline as prev_pipeline,
    prev_stages.stage as prev_stage,
    case days.prev_kind_code when 0 then 'open' when 1 then 'won' when 2 then 'paid' when 3 then 'lost' when 4 then 'gone' end as prev_kind,
    days.prev_amount,
    days.prev_expected_close_date
from deal_days as days
inner join key_deals as deals on deals.deal_key = days.deal_key
inner join key_stages as stages on stages.stage_key = days.stage_key
left join key_owners as owners on owners.owner_key = days.owner_key
left join key_teams as teams on teams.team_key = days.team_key
left join key_attributes as attributes on attributes.attribute_key = days.attribute_key
left join key_stages as prev_stages on prev_stages.stage_key = days.prev_stage_key
left join key_owners as prev_owners on prev_owners.owner_key = days.prev_owner_key
left join key_teams as prev_teams on prev_teams.team_key = days.prev_team_key;

create view fct_transitions as
select
    deals.deal_id,
    stays.sequence,
    stays.entered_at,
    stays.entered_at::date as entered_date,
    stays.left_at,
    stages.pipeline,
    from_stages.stage as from_stage,
    stages.stage,
    stages.stage_order,
    case stays.kind_code when 0 then 'open' when 1 then 'won' when 2 then 'paid' when 3 then 'lost' when 4 then 'gone' end as kind,
    stays.amount,
    stays.expected_close_date,
    owners.owner,
    teams.team,
    case stays.evidence when 0 then 'inferred' when 1 then 'snapshot' when 2 then 'history' end as evidence,
    -- Won is the first step into won or paid; paid is the money coming after it.
    case
        when stays.kind_code = 4 then 'gone'
        when stays.kind_code = 3 then 'lost'
        when stays.kind_code in (1, 2) and coalesce(stays.prev_kind_code, 0) not in (1, 2) then 'won'
        when stays.kind_code = 2 then 'paid'
        when stays.prev_kind_code is null then 'created'
        when stays.kind_code = 0 and stays.prev_kind_code <> 0 then 'reopened'
        when stages.stage_order < from_stages.stage_order then 'backward'
        else 'forward'
    end as direction
from deal_stays as stays
inner join key_deals as deals on deals.deal_key = stays.deal_key
inner join key_stages as stages on stages.stage_key = stays.stage_key
left join key_stages as from_stages on from_stages.stage_key = stays.prev_stage_key
left join key_owners as owners on owners.owner_key = stays.owner_key
left join key_teams as teams on teams.team_key = stays.team_key;

create view fct_pipeline_day as
select
    days.change_date,
    owners.owner,
    teams.team,
    stages.pipeline,
    attributes.segment,
    attributes.source,
    attributes.product,
    stages.stage,
    case days.evidence when 0 then 'inferred' when 1 then 'snapshot' when 2 then 'history' end as evidence,
    days.is_undated,
    days.amount_change,
    days.deals_change,
    days.deals_without_amount_change
from open_days as days
inner join key_stages as stages on stages.stage_key = days.stage_key
left join key_owners as owners on owners.owner_key = days.owner_key
left join key_teams as teams on teams.team_key = days.team_key
left join key_attributes as attributes on attributes.attribute_key = days.attribute_key;
