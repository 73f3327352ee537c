-- What building the facts had to say, where there is anything to say. Grain: code.
create or replace table model_notes as
with

counted as (
    select
        'deals_without_created_date' as code,
        count(*) as n,
        'Open deals without a created date count as open today, and stay out of the trend and of cycle time.' as text
    from fct_deals
    where is_undated and status = 'open'
    union all
    select
        'deals_without_rate',
        count(*),
        'Deals in a currency for which no exchange rate is known on their day: their amounts are left out, never added as if equal.'
    from fct_deals
    where not has_rate and amount_original is not null
    union all
    select
        'deals_at_a_later_rate',
        count(*),
        'Deals in a currency for which no exchange rate is known as early as their day: the earliest rate is used.'
    from build_deals
    where is_rate_later
    union all
    select
        'deals_known_from_history_only',
        count(*),
        'Deals that a stage history names and no deals export lists: they may have been deleted. Those that were open when a newer whole export of the same CRM left them out are shown as gone.'
    from build_deals
    where import_id is null and exists (select 1 from build_exports)
    union all
    select
        'deals_created_twice',
        count(*),
        'Deals that a change log creates more than once: the id was used again, and what happened under it is followed as one deal.'
    from (
        select deal_id
        from raw_stage_changes
        where created_at is not null and deal_id is not null
        group by deal_id
        having count(distinct created_at) > 1
    ) as created_twice
    union all
    select
        'deals_ended_without_outcome',
        count(*),
        'Deals with a closing date and neither a stage nor a status: they have ended, and nobody says how. They are neither open nor won nor lost.'
    from fct_deals
    where status = 'closed'
    union all
    select
        'deals_without_id',
        count(*),
        'Rows of deals without an id cannot be followed and are left out.'
    from raw_deals
    where deal_id is null
    union all
    select
        'deals_closed_before_created',
        count(*),
        'Deals whose closing date lies before their created date count as closed on that date and have no cycle time.'
    from fct_deals
    where closed_date < created_date
    union all
    select
        'changes_without_time',
        count(*),
        'Stage changes without a deal or a time cannot be placed and are left out.'
    from raw_stage_changes
    where changed_at is null or deal_id is null
    union all
    select
        'activities_of_unknown_deals',
        count(*),
        'Activities that name a deal which no deals file or stage history has; they still count as activities.'
    from fct_activities
    where deal_id is not null and not is_deal_known
    union all
    select
        'activities_without_date',
        count(*),
        'Activities without a date cannot be placed in time; they are in the list and in no chart.'
    from fct_activities
    where occurred_at is null
    union all
    select
        'names_people_had_before',
        count(*),
        'Names that people bore in earlier exports: under the same id they are called otherwise now, and are shown under the newest name.'
    from build_former_names
    union all
    select
        'targets_without_period',
        count(*),
        'Targets whose period cannot be understood (write 2025, 2025-Q1 or 2025-03) or that have no figure are left out.'
    from raw_targets
    where target is null or period is null or period not in (select written from target_periods)
)

select code, n::bigint as n, text from counted where n > 0
