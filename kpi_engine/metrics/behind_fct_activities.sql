-- The activities behind a count, each with what it adds to it. Grain: import_id, line.
select
    rows_of.occurred_date as day,
    rows_of.activity_type as what,
    rows_of.owner,
    rows_of.account,
    rows_of.contact,
    rows_of.deal_id,
    rows_of.outcome,
    rows_of.qualification as ending,
    rows_of.counted
from (
    select
        import_id, line, occurred_date, activity_type, owner, account, contact, deal_id, outcome, qualification,
        {expr} filter (where {where}) as counted
    from {model}
    where {condition} and {is_inside}
    group by all
) as rows_of
where counted > 0
order by day desc, owner, import_id, line
