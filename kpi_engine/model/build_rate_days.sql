-- The day whose rate counts for each deal in another currency: the day it ended, else that of its export. Grain: deal_key.
create or replace temp table build_rate_days as
select
    deals.deal_key,
    deals.currency,
    case
        when (snapshots.said in ('won', 'lost', 'closed') or (snapshots.said is null and stages.kind_code <> 0))
            and snapshots.closed_at::date < snapshots.as_of
            then snapshots.closed_at::date
        else snapshots.as_of
    end as reference_date
from build_deals as deals
inner join build_snapshots as snapshots on snapshots.deal_key = deals.deal_key and snapshots.is_current
left join build_stages as stages
    on stages.pipeline_key = snapshots.pipeline_key and stages.stage_id = snapshots.stage_id
where deals.rate is null
