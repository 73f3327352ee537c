-- A deal's days and its stays in the stages are most often the same rows: kept once, and read as two.
create table deal_states (
    deal_key integer,
    is_day boolean,
    is_stay boolean,
    change_date date,
    left_date date,
    sequence integer,
    entered_at timestamp,
    left_at timestamp,
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

-- What was worked out before stays to be read until the facts are built anew.
insert into deal_states by name
select true as is_day, false as is_stay, * from deal_days;

insert into deal_states by name
select false as is_day, true as is_stay, * from deal_stays;

drop table deal_days;
drop table deal_stays;

create view deal_days as
select
    deal_key, change_date, left_date, stage_key, kind_code, amount, expected_close_date, owner_key, team_key,
    attribute_key, evidence, prev_stage_key, prev_kind_code, prev_amount, prev_expected_close_date, prev_owner_key,
    prev_team_key, prev_attribute_key, prev_evidence, is_undated
from deal_states
where is_day;

create view deal_stays as
select
    deal_key, sequence, entered_at, left_at, prev_stage_key, stage_key, prev_kind_code, kind_code, amount,
    expected_close_date, owner_key, team_key, attribute_key, evidence
from deal_states
where is_stay;
