-- What a field history says stood in a deal before each change of it.
alter table raw_stage_changes add column old_amount decimal(18, 2);
alter table raw_stage_changes add column old_owner varchar;
alter table raw_stage_changes add column old_expected_close_date date;
