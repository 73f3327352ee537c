-- What a person and the manager agreed on as a target: decisions that are only ever added to, apart from the raw tables, so that undoing an import leaves them alone.
create table target_versions (
    version_id bigint not null,
    how varchar not null,
    owner varchar not null,
    kpi varchar not null,
    period varchar not null,
    period_start date not null,
    period_end date not null,
    target decimal(18, 4) not null,
    agreed_by varchar not null,
    agreed_with varchar not null,
    agreed_date date not null,
    reason varchar,
    review_date date,
    as_of date,
    recorded_at timestamp,
    recorded_by varchar
);
