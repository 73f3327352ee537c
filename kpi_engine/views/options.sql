-- One row per value that can be chosen in a filter. Grain: field, value.
with

deals as (
    select owner, team, pipeline, segment, source, product from fct_deals where {condition}
),

activities as (
    select owner, team from fct_activities where {condition}
),

owners_and_teams as (
    select owner, team from deals
    union
    select owner, team from activities
)

select 'owner' as field, coalesce(owner, '') as value from owners_and_teams
union
select 'team' as field, coalesce(team, '') as value from owners_and_teams
union
select 'pipeline' as field, coalesce(pipeline, '') as value from deals
union
select 'segment' as field, coalesce(segment, '') as value from deals
union
select 'source' as field, coalesce(source, '') as value from deals
union
select 'product' as field, coalesce(product, '') as value from deals
order by field, value
