-- Stage changes that an earlier import of the history already told. Grain: import_id, line.
create or replace temp table build_repeats as
with

-- Where there is only one history file nothing can repeat: there is none here, and nothing else is read.
histories as (
    select import_id
    from raw_stage_changes
    group by import_id
    qualify count(*) over () > 1
),

told as (
    select changes.*
    from raw_stage_changes as changes
    inner join histories using (import_id)
),

first_told as (
    select
        import_id,
        line,
        min(import_id) over (
            partition by
                deal_id,
                changed_at,
                stage,
                case when stage is null then owner end,
                case when stage is null then status end,
                case when stage is null then lost_reason end,
                case when stage is null then amount end,
                case when stage is null then expected_close_date end,
                case when stage is null then created_at end
        ) as first_import_id
    from told
)

select import_id, line from first_told where import_id > first_import_id
