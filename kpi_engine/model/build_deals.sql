-- Each deal with the pipeline it is in now and its currency. Grain: deal_key.
create or replace temp table build_deals as
with

now as (
    select *
    from build_snapshots
    where is_current
)

select
    keys.deal_key,
    keys.deal_id,
    coalesce(now.pipeline_key, told.pipeline_key, unnamed.pipeline_key) as pipeline_key,
    now.import_id,
    now.line,
    now.currency,
    -- What is in another currency gets its rate when it is known how the deal stands.
    case when now.currency is null or now.currency = $reporting_currency then 1.0::double end as rate,
    false as is_rate_later
from build_deal_keys as keys
left join now using (deal_key)
left join build_told_pipelines as told on told.deal_key = keys.deal_key
left join build_pipelines as unnamed on unnamed.pipeline = ''
