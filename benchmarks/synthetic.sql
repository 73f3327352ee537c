-- Made-up deals, the same for the same n_deals: created over three years, up to six stages, a third still open. Grain: deal number.
create or replace temp table synthetic_deals as
with

numbered as (
    select i, hash(i) as h1, hash(i + 1000000007) as h2, hash(i + 2000000011) as h3
    from range($n_deals) as numbers (i)
),

drawn as (
    select
        i,
        timestamp '2022-01-03 08:00:00' + to_seconds((h1 % 94608000)::bigint) as created_at,
        -- Stages entered, the ending included: five on average.
        (3 + h2 % 5)::integer as n_stages,
        (1 + (h2 // 8) % 21)::integer as days_between,
        (h3 % 3)::integer as ending,
        (500 + (h1 // 64) % 99500)::decimal(18, 2) + ((h3 // 16) % 100)::decimal(18, 2) / 100 as amount,
        ((h2 // 1024) % $n_owners)::integer as owner,
        ((h3 // 1024) % 4)::integer as segment,
        ((h3 // 4096) % 6)::integer as source,
        ((h3 // 65536) % 8)::integer as product
    from numbered
)

select
    'D' || lpad(i::varchar, 9, '0') as deal_id,
    i,
    created_at,
    n_stages,
    days_between,
    case when ending = 0 then 'Open' when ending = 1 then 'Won' else 'Lost' end as status,
    amount::decimal(18, 2) as amount,
    'Rep ' || lpad(owner::varchar, 4, '0') as owner,
    'Team ' || (owner % 20)::varchar as team,
    list_value('Small', 'Mid', 'Large', 'Public')[segment + 1] as segment,
    list_value('Web', 'Referral', 'Fair', 'Outbound', 'Partner', 'Inbound')[source + 1] as source,
    'Product ' || product::varchar as product
from drawn
