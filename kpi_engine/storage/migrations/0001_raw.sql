-- The raw tables: append-only, one row per accepted line of an import. No keys, no indexes: undo is a delete by import_id.
create table store_state (data_version bigint not null, next_import_id bigint not null);
insert into store_state values (0, 1);

create table imports (
    import_id bigint not null,
    file_name varchar not null,
    sha256 varchar not null,
    kind varchar not null,
    crm varchar,
    source_key varchar,
    as_of date,
    is_complete boolean not null,
    rows_read bigint not null,
    accepted bigint not null,
    rejected bigint not null,
    duplicate bigint not null,
    blank bigint not null,
    skipped bigint not null,
    answers varchar not null
);

create table import_issues (
    import_id bigint not null,
    line bigint,
    column_name varchar,
    value varchar,
    effect varchar not null,
    why varchar not null,
    what_to_do varchar not null
);

create table settings (name varchar not null, value varchar not null);
create table column_mappings (header_signature varchar not null, kind varchar not null, answers varchar not null);

create table raw_deals (
    import_id bigint not null,
    line bigint not null,
    deal_id varchar,
    deal_name varchar,
    account varchar,
    contact varchar,
    owner varchar,
    team varchar,
    pipeline varchar,
    stage varchar,
    status varchar,
    is_won boolean,
    is_closed boolean,
    stage_order double,
    amount decimal(18, 2),
    currency varchar,
    crm_probability double,
    source varchar,
    product varchar,
    segment varchar,
    created_at timestamp,
    stage_changed_at timestamp,
    expected_close_date date,
    closed_at timestamp,
    won_at timestamp,
    lost_at timestamp,
    delivery_date date,
    last_activity_at timestamp,
    next_step varchar,
    next_step_date date,
    lost_reason varchar,
    budget varchar,
    authority varchar,
    need varchar,
    timing varchar,
    exception_reason varchar
);

create table raw_stage_changes (
    import_id bigint not null,
    line bigint not null,
    deal_id varchar,
    changed_at timestamp,
    stage varchar,
    old_stage varchar,
    amount decimal(18, 2),
    expected_close_date date,
    owner varchar,
    pipeline varchar,
    status varchar,
    created_at timestamp,
    lost_reason varchar
);

create table raw_activities (
    import_id bigint not null,
    line bigint not null,
    activity_id varchar,
    deal_id varchar,
    account varchar,
    contact varchar,
    owner varchar,
    activity_type varchar,
    subject varchar,
    occurred_at timestamp,
    outcome varchar,
    minutes double,
    direction varchar,
    done boolean,
    contact_level varchar,
    budget varchar,
    authority varchar,
    need varchar,
    timing varchar,
    exception_reason varchar
);

create table raw_contacts (
    import_id bigint not null,
    line bigint not null,
    contact_id varchar,
    name varchar,
    account varchar,
    owner varchar,
    status varchar,
    level varchar,
    source varchar,
    created_at timestamp,
    converted_at timestamp
);

create table raw_targets (
    import_id bigint not null,
    line bigint not null,
    owner varchar,
    kpi varchar,
    period varchar,
    target decimal(18, 2)
);

create table raw_people (
    import_id bigint not null,
    line bigint not null,
    owner varchar,
    owner_id varchar,
    team varchar,
    role varchar,
    email varchar,
    active boolean
);

create table raw_stages (
    import_id bigint not null,
    line bigint not null,
    stage varchar,
    stage_id varchar,
    pipeline varchar,
    stage_order double,
    kind varchar,
    probability double
);

create table raw_rates (
    import_id bigint not null,
    line bigint not null,
    currency varchar,
    date date,
    rate double
);
