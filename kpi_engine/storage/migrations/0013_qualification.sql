-- What inside and field sales agreed on as qualified, only ever added to and apart from the raw tables; how meetings are judged by it; people as a fact.
create table qualification_rules (
    version_id bigint not null,
    recorded_at timestamp,
    effective_date date,
    needs varchar[] not null,
    kinds varchar[] not null,
    exceptions varchar[] not null,
    hosted_visit boolean not null,
    agreed_by varchar[] not null,
    note varchar
);

alter table raw_activities add column touches double;

-- A store of before goes on as it was until its next import.
alter table fct_activities add column qualification_today varchar;
alter table fct_activities add column judged_by varchar;
alter table fct_activities add column is_due boolean;
alter table fct_activities add column is_inbound boolean;
alter table fct_activities add column is_reached boolean;
alter table fct_activities add column is_success boolean;
alter table fct_activities add column is_told_qualified boolean;
alter table fct_activities add column touches varchar;
alter table fct_activities add column touch_count double;
update fct_activities set qualification_today = qualification, is_due = coalesce(is_done, true);

create table fct_contacts (
    origin varchar,
    contact_id varchar,
    name varchar,
    account varchar,
    owner varchar,
    team varchar,
    status varchar,
    level varchar,
    is_executive boolean,
    source varchar,
    segment varchar,
    pipeline varchar,
    product varchar,
    created_date date,
    converted_date date,
    import_id bigint
);
