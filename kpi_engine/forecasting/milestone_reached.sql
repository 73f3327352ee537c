-- Each open, won or paid stage a deal was in, of the pipeline it is in: when first, and when first in a later one. Grain: deal_key, stage_key.
    select
        deals.*,
        stays.stage_key,
        stays.entered_at::date as reached_date,
        stays.evidence = 0 as is_inferred,
        -- Straight on: the next stage is a later one, unless the deal ended there.
        case when deals.kind_code not in (3, 4, 5) or stays.left_at < deals.last_at then stays.left_at end::date as next_date
    from stays
    inner join deals using (deal_key)
    where not deals.is_winding and not stays.is_instant and stays.kind_code in (0, 1, 2) and stays.place > 0
        and deals.first_place is not null

    union all

    select
        deals.*,
        entered.stage_key,
        entered.entered_at::date,
        entered.evidence = 0,
        (
            select min(later.entered_at)
            from winding_stays as later
            where later.deal_key = entered.deal_key
                and later.sequence > entered.sequence
                and later.place > entered.place
        )::date
    from winding_stays as entered
    inner join deals using (deal_key)
    where entered.is_first and deals.first_place is not null
