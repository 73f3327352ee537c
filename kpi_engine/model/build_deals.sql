-- Each deal with the pipeline it is in now and the rate its amounts are taken at. Grain: deal_key.
create or replace temp table build_deals as
with

now as (
    select *
    from build_snapshots
    where is_current
),

-- A deal known from its history alone is in the pipeline the history names last.
from_history as (
    select deal_id, arg_max(pipeline, changed_at) as pipeline
    from raw_stage_changes
    where pipeline is not null
    group by deal_id
)

select
    keys.deal_key,
    keys.deal_id,
    coalesce(now.pipeline_key, pipelines.pipeline_key, unnamed.pipeline_key) as pipeline_key,
    now.import_id,
    now.line,
    now.currency,
    case
        when now.currency is null or now.currency = $reporting_currency then 1.0::double
        else rates.rate
    end as rate
from build_deal_keys as keys
left join now using (deal_key)
left join from_history on from_history.deal_id = keys.deal_id
left join build_pipelines as pipelines on pipelines.pipeline = from_history.pipeline
left join build_pipelines as unnamed on unnamed.pipeline = ''
left join build_rates as rates
    on rates.currency = now.currency
    and rates.reference_date = case
        when now.said in ('won', 'lost', 'closed') and now.closed_at::date < now.as_of then now.closed_at::date
        else now.as_of
    end
