-- Notes of one-on-ones and what was agreed there: versions that are only ever added to, apart from the raw tables, so that undoing an import leaves them alone.
create table meeting_versions (
    version_id bigint not null,
    how varchar not null,
    meeting_id varchar not null,
    owner varchar not null,
    held_on date not null,
    notes varchar not null,
    recorded_at timestamp,
    recorded_by varchar not null
);

create table action_versions (
    version_id bigint not null,
    how varchar not null,
    action_id varchar not null,
    owner varchar not null,
    meeting_id varchar,
    what varchar not null,
    who varchar not null,
    due_date date not null,
    done_date date,
    recorded_at timestamp,
    recorded_by varchar not null
);
