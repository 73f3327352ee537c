-- What each export of a source said about each deal. Grain: deal_key, source_number, as_of.
create or replace temp table build_snapshots as
with

read as (
    select
        keys.deal_key,
        keys.is_seen_again,
        exports.export_order,
        exports.source_number,
        exports.as_of,
        exports.previous_as_of,
        exports.next_complete_as_of,
        exports.is_repeated,
        exports.has_amount,
        exports.has_owner,
        exports.has_expected_close,
        exports.has_team,
        exports.has_segment,
        exports.has_source,
        exports.has_product,
        exports.has_currency,
        deals.import_id,
        deals.line,
        coalesce(ids.stage_id, stages.stage_id) as stage_id,
        pipelines.pipeline_key,
        coalesce(told.pipeline_key, unnamed.pipeline_key) as other_pipeline_key,
        owners.owner_key,
        owners.team_key as owner_team_key,
        teams.team_key,
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
            -- Over, in no stage, and nothing says how.
            when deals.stage is null and deals.closed_at is not null then 'closed'
        end as said,
        case
            when deals.status = 'lost' then coalesce(deals.lost_at, deals.closed_at)
            when deals.status = 'won' then coalesce(deals.won_at, deals.closed_at)
            else coalesce(deals.closed_at, deals.won_at, deals.lost_at)
        end as closed_at
    from raw_deals as deals
    inner join build_deal_keys as keys using (deal_id)
    inner join build_exports as exports using (import_id)
    inner join build_pipelines as unnamed on unnamed.pipeline = ''
    left join build_pipelines as pipelines on pipelines.pipeline = deals.pipeline
    left join build_told_pipelines as told on told.deal_key = keys.deal_key
    left join build_stage_names as stages on stages.written = deals.stage
    left join build_stage_ids as ids
        on ids.written = deals.stage and ids.pipeline_key = coalesce(pipelines.pipeline_key, told.pipeline_key)
    left join build_owner_names as owners on owners.written = deals.owner
    left join build_teams as teams on teams.team = deals.team
),

-- Most deals of a store with one export stand in it once: only the others have to be put in order.
once as (
    select *
    from read
    where is_seen_again
    qualify row_number() over (partition by deal_key, source_number, as_of order by export_order desc, line desc) = 1
),

-- A column that an export leaves out holds what the deal's exports said last, also that it is blank.
remembered as (
    select
        * replace (
            last_value(pipeline_key ignore nulls) over told as pipeline_key,
            last_value(created_at ignore nulls) over told as created_at,
            bool_or(has_amount) over told as has_amount,
            bool_or(has_owner) over told as has_owner,
            bool_or(has_expected_close) over told as has_expected_close,
            nullif(
                last_value(case when has_amount then coalesce(amount, -9999999999999999.99) end ignore nulls) over told,
                -9999999999999999.99
            )::decimal(18, 2) as amount,
            nullif(last_value(case when has_owner then coalesce(owner_key, 0) end ignore nulls) over told, 0) as owner_key,
            nullif(last_value(case when has_owner then coalesce(owner_team_key, 0) end ignore nulls) over told, 0)
                as owner_team_key,
            nullif(last_value(case when has_team then coalesce(team_key, 0) end ignore nulls) over told, 0) as team_key,
            nullif(
                last_value(
                    case when has_expected_close then coalesce(expected_close_date, date '0001-01-01') end ignore nulls
                ) over told,
                date '0001-01-01'
            ) as expected_close_date,
            nullif(last_value(case when has_segment then coalesce(segment, '') end ignore nulls) over told, '') as segment,
            nullif(last_value(case when has_source then coalesce(source, '') end ignore nulls) over told, '') as source,
            nullif(last_value(case when has_product then coalesce(product, '') end ignore nulls) over told, '') as product,
            nullif(last_value(case when has_currency then coalesce(currency, '') end ignore nulls) over told, '') as currency
        ),
        row_number() over told = 1 as is_first,
        lead(deal_key) over told is null as is_current
    from once
    window told as (
        partition by deal_key order by export_order rows between unbounded preceding and current row
    )
),

whole as (
    select * from remembered

    union all

    select *, true as is_first, true as is_current
    from read
    where not is_seen_again
)

select
    * exclude (
        is_seen_again, other_pipeline_key, owner_team_key, has_team, has_segment, has_source, has_product, has_currency
    ) replace (
        coalesce(pipeline_key, other_pipeline_key) as pipeline_key,
        coalesce(owner_team_key, team_key) as team_key
    )
from whole
