-- The facts and dimensions, empty: a store that has seen no file can be asked, too. model.build replaces them whole.
create table dim_owners (
    owner varchar,
    team varchar,
    role varchar,
    email varchar,
    is_active boolean
);

create table dim_days (
    day date,
    week_start date,
    week_end date,
    month_start date,
    month_end date,
    quarter_start date,
    quarter_end date,
    fiscal_year_start date
);

create table dim_stages (
    pipeline varchar,
    stage varchar,
    stage_order integer,
    kind varchar,
    milestone varchar,
    crm_probability double,
    n_deals bigint
);

create table fct_changes (
    deal_id varchar,
    change_date date,
    left_date date,
    owner varchar,
    team varchar,
    pipeline varchar,
    stage varchar,
    kind varchar,
    amount decimal(18, 2),
    expected_close_date date,
    segment varchar,
    source varchar,
    product varchar,
    evidence varchar,
    is_undated boolean,
    prev_owner varchar,
    prev_team varchar,
    prev_pipeline varchar,
    prev_stage varchar,
    prev_kind varchar,
    prev_amount decimal(18, 2),
    prev_expected_close_date date
);

create table fct_transitions (
    deal_id varchar,
    sequence integer,
    entered_at timestamp,
    entered_date date,
    left_at timestamp,
    pipeline varchar,
    from_stage varchar,
    stage varchar,
    stage_order integer,
    kind varchar,
    amount decimal(18, 2),
    expected_close_date date,
    owner varchar,
    team varchar,
    evidence varchar,
    direction varchar
);

create table fct_pipeline_day (
    change_date date,
    owner varchar,
    team varchar,
    pipeline varchar,
    segment varchar,
    source varchar,
    product varchar,
    stage varchar,
    evidence varchar,
    is_undated boolean,
    amount_change decimal(18, 2),
    deals_change integer,
    deals_without_amount_change integer
);

create table fct_deals (
    deal_id varchar,
    deal_name varchar,
    account varchar,
    contact varchar,
    owner varchar,
    team varchar,
    pipeline varchar,
    stage varchar,
    stage_order integer,
    kind varchar,
    status varchar,
    amount decimal(18, 2),
    amount_original decimal(18, 2),
    currency varchar,
    has_rate boolean,
    crm_probability double,
    source varchar,
    product varchar,
    segment varchar,
    created_at timestamp,
    created_date date,
    expected_close_date date,
    closed_at timestamp,
    closed_date date,
    delivery_date date,
    last_activity_at timestamp,
    next_step varchar,
    next_step_date date,
    lost_reason varchar,
    budget varchar,
    authority varchar,
    need varchar,
    timing varchar,
    exception_reason varchar,
    furthest_stage varchar,
    furthest_order integer,
    cycle_days integer,
    is_undated boolean,
    evidence varchar,
    import_id bigint
);

create table fct_activities (
    activity_id varchar,
    import_id bigint,
    line bigint,
    deal_id varchar,
    account varchar,
    contact varchar,
    owner varchar,
    team varchar,
    activity_type varchar,
    activity_label varchar,
    subject varchar,
    occurred_at timestamp,
    occurred_date date,
    outcome varchar,
    minutes double,
    direction varchar,
    is_done boolean,
    contact_level varchar,
    qualification varchar,
    budget varchar,
    authority varchar,
    need varchar,
    timing varchar,
    exception_reason varchar,
    is_deal_known boolean,
    pipeline varchar,
    segment varchar,
    source varchar,
    product varchar
);

create table fct_activity_day (
    day date,
    owner varchar,
    team varchar,
    activity_type varchar,
    outcome varchar,
    qualification varchar,
    activities integer,
    minutes double
);

create table fct_targets (
    owner varchar,
    kpi varchar,
    period varchar,
    period_start date,
    period_end date,
    target decimal(18, 2)
);

create table model_notes (
    code varchar,
    n bigint,
    text varchar
);

create table dim_stage_probability (
    pipeline varchar,
    stage varchar,
    probability decimal(9, 6),
    source varchar,
    n bigint
);
