"""Tiny facts for the worked examples of the KPIs about deals that are followed day by day: what was known of them when,
what was agreed, and what was done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from kpi_engine.metrics.examples import PROBABILITIES, deal_row, on
from kpi_engine.metrics.kinds import FactRows

AFTER_90_DAYS = date(2026, 5, 30)
"""90 days after 1 March."""


def _followed(deals: Sequence[tuple[date, date | None, str]]) -> FactRows:
    """Deals as (created, ended, how), of which nothing is told but that: the facts that say what was known when."""
    number = {"open": 0, "won": 1, "lost": 3}
    days: list[dict[str, object]] = []
    for key, (created, ended, how) in enumerate(deals, start=1):
        days.append({"deal_key": key, "change_date": created, "left_date": ended, "stage_key": 1, "kind_code": 0})
        if ended is not None:
            days.append(
                {"deal_key": key, "change_date": ended, "stage_key": 2 + (how == "lost"), "kind_code": number[how]}
            )
    return {
        "key_deals": tuple({"deal_key": key, "deal_id": f"d{key}"} for key in range(1, len(deals) + 1)),
        "key_stages": tuple(
            {"stage_key": i, "pipeline": "", "stage": s} for i, s in enumerate(("Lead", "Won", "Lost"), 1)
        ),
        "dim_stages": tuple(
            {"pipeline": "", "stage": stage, "stage_order": i, "kind": kind}
            for i, (stage, kind) in enumerate((("Lead", "open"), ("Won", "won"), ("Lost", "lost")), 1)
        ),
        "deal_days": tuple({"evidence": 0, "is_undated": False} | row for row in days),
        "deal_known": tuple({"deal_key": key} for key in range(1, len(deals) + 1)),
        "fct_deals": tuple(
            deal_row(f"d{key}", how, None, created, ended) for key, (created, ended, how) in enumerate(deals, start=1)
        ),
    }


# Of 35 deals that ended within ten days 7 were won: one in five, whatever the age. At 1 March 30 others are open; 12 of
# them are won. The very first deal only tells since when endings are known, the very last how far the data reach.
ONE_IN_FIVE: FactRows = _followed(
    [
        (date(2025, 10, 1), date(2025, 10, 20), "lost"),
        *[(date(2025, 11, 1), date(2025, 11, 6), "won")] * 7,
        *[(date(2025, 11, 1), date(2025, 11, 6), "lost")] * 28,
        *[(on(2, 27), on(3, 20), "won")] * 12,
        *[(on(2, 27), on(4, 2), "lost")] * 18,
        (AFTER_90_DAYS, None, "open"),
    ]
)


def _told(facts: FactRows, rows: Sequence[dict[str, object]], done: Sequence[tuple[str, date]]) -> FactRows:
    """The facts, with what one export says of open deals, and calls that were made for deals."""
    lines = tuple({"import_id": 1, "line": i} | row for i, row in enumerate(rows, start=1))
    calls = tuple(
        {"deal_id": deal, "activity_type": "call", "occurred_date": day, "is_done": True} for deal, day in done
    )
    return {**facts, "raw_deals": lines, "fct_activities": calls, "dim_stage_probability": PROBABILITIES}


# Nine open deals. The next contact of three is agreed for a day to come, that of one for no day. Of the five whose day
# is over, one was called on the day, one a day later, one three days before, one weeks before, one two days too late.
_DUE = (
    on(4, 2), on(4, 10), on(4, 30), None, on(3, 20), on(3, 21), on(3, 24), on(3, 25), on(3, 26)
)  # fmt: skip
FOLLOW_UPS: FactRows = _told(
    _followed([(on(2, 1), None, "open")] * len(_DUE)),
    [{"deal_id": f"d{i}", "next_step_date": due} for i, due in enumerate(_DUE, start=1)],
    [("d5", on(3, 20)), ("d6", on(3, 22)), ("d7", on(3, 21)), ("d8", on(3, 1)), ("d9", on(3, 28))],
)


def _valued(facts: FactRows, amounts: dict[object, int]) -> FactRows:
    """The facts, with amounts of some deals by key, known since they were created."""
    days = tuple(
        {**row, "amount": Decimal(amounts[row["deal_key"]])} if row["deal_key"] in amounts else row
        for row in facts["deal_days"]
    )
    known = tuple(
        {**row, "amount_since": on(1, 1)} if row["deal_key"] in amounts else row for row in facts["deal_known"]
    )
    return {**facts, "deal_days": days, "deal_known": known}


# Eleven deals were called ten days after they were created and won ten days later; how long the first one had been
# there is not known. So no won deal was left alone for more than ten days. Of the open ones one of 400 has not been
# called for 30 days and one without an amount for 20; one of 250 was called three days ago.
_N_WON = 11
ALONE: FactRows = _told(
    _valued(
        _followed(
            [(on(1, i), on(1, i + 20), "won") for i in range(1, _N_WON + 1)] + [(on(2, 1), None, "open")] * 3
        ),
        {12: 400, 14: 250},
    ),
    [],
    [(f"d{i}", on(1, i + 10)) for i in range(1, _N_WON + 1)]
    + [("d12", on(3, 1)), ("d13", on(3, 11)), ("d14", on(3, 28))],
)
