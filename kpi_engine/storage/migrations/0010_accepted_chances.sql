-- What a team decided about its win chances: facts that are only ever added to, apart from the raw tables, so that undoing an import leaves them alone.
create table chance_versions (
    version_id bigint not null,
    recorded_at timestamp,
    as_of date,
    effective_date date,
    how varchar not null,
    decided_by varchar,
    reason varchar,
    pipeline varchar,
    stage varchar,
    takes_back bigint
);

create table chance_version_rows (
    version_id bigint not null,
    pipeline varchar not null,
    stage varchar not null,
    probability decimal(9, 6) not null,
    lower decimal(9, 6),
    upper decimal(9, 6),
    n bigint not null,
    source varchar not null
);

-- What each build estimates, and what follows from it and the versions: made anew by forecasting.probabilities.
create table dim_stage_estimate (
    pipeline varchar,
    stage varchar,
    probability decimal(9, 6),
    lower decimal(9, 6),
    upper decimal(9, 6),
    n bigint,
    source varchar
);

alter table dim_stage_probability add column how varchar;
update dim_stage_probability set how = 'stand_in';

create table dim_stage_probability_history (
    pipeline varchar,
    stage varchar,
    probability decimal(9, 6),
    source varchar,
    n bigint,
    how varchar,
    version_id bigint,
    valid_from date,
    valid_to date
);

-- A store of before goes on as it was until its next import.
insert into dim_stage_estimate
select pipeline, stage, probability, null, null, n, source from dim_stage_probability;

insert into dim_stage_probability_history
select pipeline, stage, probability, source, n, how, null, date '0001-01-01', null from dim_stage_probability;

-- Grows with every build and with no decision: what follows from the facts alone need not be worked out again when only win chances were decided.
alter table store_state add column facts_version bigint default 0;
