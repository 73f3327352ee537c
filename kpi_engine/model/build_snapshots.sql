-- What each export of a source said about each deal. Grain: deal_key, source_number, as_of.
create or replace temp table build_snapshots as
with

read as (
    select
        keys.deal_key,
        exports.source_number,
        exports.as_of,
        exports.previous_as_of,
        exports.next_complete_as_of,
        exports.is_repeated,
        exports.has_amount,
        exports.has_owner,
        exports.has_expected_close,
        deals.import_id,
        deals.line,
        stages.stage_id,
        pipelines.pipeline_key,
        owners.owner_key,
        coalesce(owners.team_key, teams.team_key) as team_key,
        deals.segment,
        deals.source,
        deals.product,
        deals.currency,
        deals.amount,
        deals.stage_order,
        deals.crm_probability,
        deals.created_at,
        deals.stage_changed_at,
        deals.expected_close_date,
        case
            when deals.status in ('open', 'won', 'lost') then deals.status
            when deals.is_won then 'won'
            when deals.is_closed and not deals.is_won then 'lost'
            when deals.is_closed then 'closed'
            when not deals.is_closed then 'open'
            when deals.won_at is not null and deals.lost_at is null then 'won'
            when deals.lost_at is not null and deals.won_at is null then 'lost'
        end as said,
        case
            when deals.status = 'lost' then coalesce(deals.lost_at, deals.closed_at)
            when deals.status = 'won' then coalesce(deals.won_at, deals.closed_at)
            else coalesce(deals.closed_at, deals.won_at, deals.lost_at)
        end as closed_at
    from raw_deals as deals
    inner join build_deal_keys as keys using (deal_id)
    inner join build_exports as exports using (import_id)
    inner join build_pipelines as pipelines on pipelines.pipeline = coalesce(deals.pipeline, '')
    left join build_stage_names as stages on stages.written = deals.stage
    left join build_owner_names as owners on owners.written = deals.owner
    left join build_teams as teams on teams.team = deals.team
),

-- Most deals of a store with one export stand in it once: only the others have to be put in order.
again as (
    select keys.deal_key
    from raw_deals as deals
    inner join build_deal_keys as keys using (deal_id)
    group by keys.deal_key
    having count(*) > 1
),

once as (
    select read.*
    from read
    inner join again using (deal_key)
    qualify row_number() over (
        partition by read.deal_key, read.source_number, read.as_of order by read.import_id desc, read.line desc
    ) = 1
)

select
    *,
    row_number() over (partition by deal_key order by as_of, import_id, line) = 1 as is_first,
    row_number() over (partition by deal_key order by as_of desc, import_id desc, line desc) = 1 as is_current
from once

union all

select read.*, true as is_first, true as is_current
from read
left join again using (deal_key)
where again.deal_key is null
