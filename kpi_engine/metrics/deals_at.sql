-- One row per deal there was at the end of $at, as fct_deals would have had it then. Grain: deal_id.
select
    standing.deal_id,
    standing.owner,
    standing.team,
    standing.pipeline,
    standing.segment,
    standing.source,
    standing.product,
    standing.stage,
    case standing.kind when 'paid' then 'won' else standing.kind end as status,
    standing.amount,
    deals.created_date,
    deals.delivery_date,
    ended.closed_date,
    case when ended.closed_date >= deals.created_date then ended.closed_date - deals.created_date end::integer as cycle_days
from fct_changes as standing
inner join fct_deals as deals on standing.deal_id = deals.deal_id
left join (
    select
        deal_id,
        outcome,
        max(entered_date) as closed_date
    from (
        select
            deal_id,
            entered_date,
            case kind when 'paid' then 'won' else kind end as outcome,
            lag(case kind when 'paid' then 'won' else kind end) over (partition by deal_id order by sequence) as outcome_before
        from fct_transitions
        where entered_date <= $at::date
    ) as entered
    where outcome in ('won', 'lost') and outcome is distinct from outcome_before
    group by all
) as ended
    on standing.deal_id = ended.deal_id and case standing.kind when 'paid' then 'won' else standing.kind end = ended.outcome
where standing.change_date <= $at::date and (standing.left_date is null or standing.left_date > $at::date)
