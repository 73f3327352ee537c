-- Deals that a history shows open and the next whole deals export of the same CRM does not list. Grain: deal_key.
create or replace temp table build_unlisted as
with

only_told as (
    select deals.deal_key, deals.deal_id, history.last_at
    from build_deals as deals
    inner join build_history as history using (deal_key)
    where deals.import_id is null
        and coalesce(history.last_outcome, 0) = 0
        and exists (select 1 from build_exports)
),

told_by as (
    select distinct only_told.deal_key, only_told.last_at, imports.crm
    from only_told
    inner join raw_stage_changes as changes using (deal_id)
    inner join imports using (import_id)
),

whole as (
    select distinct crm, as_of from build_exports where is_complete
)

select told_by.deal_key, min(whole.as_of) + interval 86399 second as missed_at
from told_by
inner join whole on whole.crm is not distinct from told_by.crm and whole.as_of >= told_by.last_at::date
group by told_by.deal_key
