-- One row per stage a made-up deal entered. Grain: deal number, step.
create or replace temp table synthetic_history as
with

steps as (
    select deals.*, step
    from synthetic_deals as deals, range(deals.n_stages) as steps (step)
)

select
    deal_id,
    i,
    step,
    created_at + to_days((step * days_between)::integer) as changed_at,
    case
        when step = n_stages - 1 and status <> 'Open' then 'Closed ' || status
        else list_value('Prospect', 'Lead', 'Qualified', 'Demo', 'Proposal', 'Negotiation', 'Commit')[step + 1]
    end as stage,
    (amount * (0.80 + 0.05 * step))::decimal(18, 2) as amount,
    owner
from steps
