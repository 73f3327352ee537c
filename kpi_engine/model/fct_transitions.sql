-- One row per deal per stage entered, to the second. Grain: deal_id, sequence.
create or replace view fct_transitions as
select
    deals.deal_id,
    stays.sequence,
    stays.entered_at,
    stays.entered_at::date as entered_date,
    stays.left_at,
    stages.pipeline,
    from_stages.stage as from_stage,
    stages.stage,
    stages.stage_order,
    case stays.kind_code when 0 then 'open' when 1 then 'won' when 2 then 'paid' when 3 then 'lost' when 4 then 'gone' when 5 then 'closed' end as kind,
    stays.amount,
    stays.expected_close_date,
    owners.owner,
    teams.team,
    case stays.evidence when 0 then 'inferred' when 1 then 'snapshot' when 2 then 'history' end as evidence,
    -- Won is the first step into won or paid; paid is the money coming after it.
    case
        when stays.kind_code = 4 then 'gone'
        when stays.kind_code = 5 then 'closed'
        when stays.kind_code = 3 then 'lost'
        when stays.kind_code in (1, 2) and coalesce(stays.prev_kind_code, 0) not in (1, 2) then 'won'
        when stays.kind_code = 2 then 'paid'
        when stays.prev_kind_code is null then 'created'
        when stays.kind_code = 0 and stays.prev_kind_code <> 0 then 'reopened'
        when stages.stage_order < from_stages.stage_order then 'backward'
        else 'forward'
    end as direction
from deal_stays as stays
inner join key_deals as deals on deals.deal_key = stays.deal_key
inner join key_stages as stages on stages.stage_key = stays.stage_key
left join key_stages as from_stages on from_stages.stage_key = stays.prev_stage_key
left join key_owners as owners on owners.owner_key = stays.owner_key
left join key_teams as teams on teams.team_key = stays.team_key
