-- What was done, and is planned, for each deal up to $as_of; what is planned after it is known on the newest day only. Grain: deal_id.
with

noted as (
    select deal_id, occurred_date, activity_type, contact_level, coalesce(is_done, true) as was_done
    from fct_activities
    where deal_id is not null
)

select
    deal_id,
    max(occurred_date) filter (where was_done and occurred_date <= $as_of::date) as last_done,
    min(occurred_date) filter (where not was_done and occurred_date >= $as_of::date and $is_newest::boolean) as next_planned,
    count(*) filter (
        where was_done and occurred_date <= $as_of::date and activity_type in ('meeting', 'visit', 'hosted_visit')
    ) as meetings,
    count(*) filter (
        where was_done and occurred_date <= $as_of::date and activity_type in ('meeting', 'visit', 'hosted_visit')
            and contact_level in (select unnest($levels::varchar[]))
    ) as decider_meetings
from noted
group by deal_id
order by deal_id
