-- The stages one deal was in up to $as_of, in order, each with its first and last day there. Grain: sequence.
select
    stage,
    kind,
    entered_date as first_day,
    least(coalesce(left_at::date, $as_of::date), $as_of::date) as last_day,
    evidence = 'inferred' as is_inferred
from fct_transitions
where deal_id = $deal_id and entered_date <= $as_of::date and left_at is distinct from entered_at
order by sequence
