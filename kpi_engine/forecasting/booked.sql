-- What came onto or left the books for a month, by the cutoff it was known at. Grain: target_month, cutoff_number, is_won, pipeline, stage.
with

-- Words are joined deal by deal, once; the many states of a deal only by its number.
dated as materialized (
    select
        keys.deal_key,
        deals.delivery_date
    from key_deals as keys
    inner join fct_deals as deals on deals.deal_id = keys.deal_id
),

-- Since when a deal was won without a break, for its later states (paid, another amount): nothing that came after counts.
won_before as materialized (
    select deal_key, change_date, won_date
    from (
        select
            deal_key,
            change_date,
            max(case when coalesce(prev_kind_code, 0) not in (1, 2) then change_date end)
                over (partition by deal_key order by change_date) as won_date
        from deal_days
        where kind_code in (1, 2)
    ) as won
    where won_date < change_date
),

stays as (
    select
        days.change_date,
        days.left_date,
        days.kind_code > 0 as is_won,
        days.stage_key,
        days.amount,
        case
            when $by_delivery::boolean then dated.delivery_date
            -- An order closes in the month it is won in, whatever day was hoped for; a later change (paid) moves nothing,
            -- and neither does an order that is lost, or lost and won again, after this state.
            when days.kind_code > 0 then coalesce(won_before.won_date, days.change_date)
            else days.expected_close_date
        end as target_date
    from deal_days as days
    inner join dated on dated.deal_key = days.deal_key
    inner join key_stages as stages on stages.stage_key = days.stage_key
    left join won_before on won_before.deal_key = days.deal_key and won_before.change_date = days.change_date
    {joins}
    where days.kind_code in (0, 1, 2) and not days.is_undated and days.change_date <= $as_of::date and {condition}
),

signed as (
    select change_date as day, is_won, stage_key, target_date, amount, 1 as deals
    from stays
    union all
    select left_date, is_won, stage_key, target_date, -amount, -1
    from stays
    where left_date <= $as_of::date
),

-- Months are counted from year nought, and added up by the day first: there are few of them.
by_day as (
    select
        year(target_date) * 12 + month(target_date) - 1 as target_number,
        day,
        is_won,
        stage_key,
        sum(amount) as amount,
        sum(deals) as deals
    from signed
    -- A mistyped year does not make a calendar of a thousand years.
    where target_date between $first_month::date and $last_day::date
    group by all
),

-- Cutoffs lie a calendar month apart, on $cutoff_day or at the end of a shorter month; the last is $as_of, number $last_number.
placed as (
    select
        target_number,
        greatest(
            $last_number::integer
            + (year(day) * 12 + month(day)) - (year($as_of::date) * 12 + month($as_of::date))
            + case when day(day) > $cutoff_day::integer then 1 else 0 end,
            0
        )::integer as cutoff_number,
        is_won,
        stage_key,
        sum(amount) as amount,
        sum(deals) as deals
    from by_day
    group by all
)

select
    placed.target_number::integer as target_number,
    placed.cutoff_number,
    placed.is_won,
    case when placed.is_won then null else stages.pipeline end as pipeline,
    case when placed.is_won then null else stages.stage end as stage,
    coalesce(sum(placed.amount), 0)::double as amount_change,
    coalesce(sum(placed.amount * p.probability), 0)::double as expected_change,
    sum(placed.deals)::bigint as deals_change
from placed
inner join key_stages as stages on stages.stage_key = placed.stage_key
left join {chances} as p on p.pipeline = coalesce(stages.pipeline, '') and p.stage = stages.stage
group by all
order by all
