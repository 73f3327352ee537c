-- Everything that happened to one deal up to $as_of, and what is planned for it. Grain: day, part, place.
with

created as (
    select created_date as day, 0 as part, 0 as place, 'created' as what from fct_deals where deal_id = $deal_id
),

stages as (
    select entered_date as day, 1 as part, sequence as place, 'stage' as what, stage, from_stage, direction, evidence
    from fct_transitions
    where deal_id = $deal_id
),

changes as (
    select
        change_date as day, 0 as place, evidence,
        amount::double as amount, prev_amount::double as prev_amount,
        expected_close_date, prev_expected_close_date, owner, prev_owner
    from fct_changes
    where deal_id = $deal_id and prev_kind is not null
),

work as (
    select
        occurred_date as day, 5 as part, line as place, 'activity' as what,
        activity_type, outcome, contact, contact_level, owner, coalesce(is_done, true) as is_done
    from fct_activities
    where deal_id = $deal_id
),

everything as (
    select * from created
    union all by name
    select * from stages
    union all by name
    select day, 2 as part, place, 'amount' as what, evidence, amount, prev_amount from changes where amount is distinct from prev_amount
    union all by name
    select day, 3 as part, place, 'expected' as what, evidence, expected_close_date, prev_expected_close_date
    from changes
    where expected_close_date is distinct from prev_expected_close_date
    union all by name
    select day, 4 as part, place, 'owner' as what, evidence, owner, prev_owner from changes where owner is distinct from prev_owner
    union all by name
    select * from work
)

select *
from everything
where day is not null and (day <= $as_of::date or (what = 'activity' and not is_done and $is_newest::boolean))
order by day, part, place
