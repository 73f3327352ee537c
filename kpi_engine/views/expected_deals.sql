-- One row per deal open at the end of $as_of, with when it is expected. Grain: deal_id.
select
    deal_id,
    owner,
    coalesce(pipeline, '') as in_pipeline,
    stage,
    amount,
    expected_close_date,
    case
        when expected_close_date is null then 'none'
        when expected_close_date < $as_of::date then 'overdue'
        when expected_close_date >= $horizon::date then 'later'
        else 'month'
    end as timing,
    date_trunc('month', expected_close_date)::date as expected_month
from fct_changes
where change_date <= $as_of::date and (left_date is null or left_date > $as_of::date) and kind = 'open' and {condition}
