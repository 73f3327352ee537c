-- Who shares a screen, and how: what amounts are multiplied by. Grain: one row.
create or replace temp table sharing as
select
    $owner::varchar as shared_owner,
    $factor::double as factor,
    $money_kpis::varchar[] as money_kpis
