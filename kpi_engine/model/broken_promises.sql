-- Every promise of the facts that is broken, with how often. Grain: promise.
with

repeated as (
    -- A deal's days follow each other: each ends where the next begins, so over all of them only the first begins are left.
    -- A day too many or too few breaks the sum, and nothing has to be sorted.
    select 'fct_changes: one row per deal and day, each ending where the next begins' as promise,
        abs(
            coalesce(sum(case when prev_kind_code is not null then change_date - date '2000-01-01' end), 0)
            - coalesce(sum(left_date - date '2000-01-01'), 0)
        )::bigint as n
    from deal_days
    union all
    -- n stays are numbered 1 to n: each but the last is followed by its number plus one.
    select 'fct_transitions: one row per deal and sequence',
        abs(
            coalesce(sum(sequence), 0) - coalesce(sum(case when left_at is not null then sequence + 1 end), 0)
            - count(*) filter (where prev_kind_code is null)
        )::bigint
    from deal_stays
    union all
    select 'fct_deals: one row per deal', count(*) - count(distinct deal_id) from fct_deals
    union all
    select 'fct_activities: one row per line of a file', count(*) - count(distinct (import_id, line)) from fct_activities
    union all
    select 'fct_contacts: one row per person of an origin', count(*) - count(distinct (origin, contact_id))
    from fct_contacts where contact_id is not null
    union all
    select 'fct_targets: one row per person, KPI and period', count(*) - count(distinct (owner, kpi, period)) from fct_targets
    union all
    select 'dim_stages: one row per pipeline and stage', count(*) - count(distinct (pipeline, stage)) from dim_stages
    union all
    select 'dim_owners: one row per person', count(*) - count(distinct owner) from dim_owners
    union all
    select 'dim_days: one row per day', count(*) - count(distinct day) from dim_days
),

identities as (
    select 'fct_deals: every deal of the files, once' as promise,
        abs((select count(*) from key_deals) - (select count(*) from fct_deals)) as n
    union all
    select 'fct_pipeline_day: the running sum is what is open',
        case
            when (select coalesce(sum(amount_change), 0) from open_days)
                = (select coalesce(sum(amount), 0) from fct_deals where status = 'open')
            then 0 else 1
        end
    union all
    select 'fct_pipeline_day: the running count is how many are open',
        abs(
            (select coalesce(sum(deals_change), 0) from open_days)
            - (select count(*) from fct_deals where status = 'open')
        )
    union all
    select 'fct_changes: the state in force is the deal as it is known',
        abs((select count(*) from deal_days where left_date is null) - (select count(*) from fct_deals))
    union all
    select 'fct_changes: every deal begins once',
        abs((select count(*) from deal_days where prev_kind_code is null) - (select count(*) from key_deals))
    union all
    select 'fct_transitions: every deal begins once',
        abs((select count(*) from deal_stays where prev_kind_code is null) - (select count(*) from key_deals))
    union all
    select 'fct_changes: every state begins before it ends',
        (select count(*) from deal_days where left_date <= change_date)
    union all
    select 'fct_transitions: every stay begins before it ends',
        (select count(*) from deal_stays where left_at < entered_at)
    union all
    select 'fct_activity_day: every activity done is counted',
        abs(
            (select coalesce(sum(activities), 0) from fct_activity_day)
            - (select count(*) from fct_activities where is_done and occurred_date is not null)
        )
    union all
    select 'fct_activities: every meeting ends in one way, and nothing else does',
        count(*) filter (where (activity_type in ('meeting', 'visit', 'hosted_visit')) <> (qualification is not null)
            or (qualification is null) <> (qualification_today is null))
    from fct_activities
)

select promise, n
from (select * from repeated union all select * from identities)
where n <> 0
order by promise
