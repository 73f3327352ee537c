-- Who shares a screen, and how: what amounts are multiplied by, and a pattern of everybody else's name. Grain: one row.
create or replace temp table sharing as
select
    $owner::varchar as shared_owner,
    $factor::double as factor,
    '(?i)' || $pattern::varchar as others,
    $money_kpis::varchar[] as money_kpis
