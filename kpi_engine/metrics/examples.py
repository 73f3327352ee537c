"""Tiny facts for the worked examples of the KPIs: small enough to check each number in the head."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from kpi_engine.metrics.kinds import FactRows
from kpi_engine.names import UNKNOWN_STAGE

AS_OF = date(2026, 3, 31)


def on(month: int, day: int) -> date:
    """A day of 2026."""
    return date(2026, month, day)


def _change(day: date, stage: str, amount: int | None, deals: int = 1, **more: object) -> dict[str, object]:
    """One row of fct_pipeline_day: deals entering (1) or leaving (-1) a stage with their amount."""
    return {
        "change_date": day,
        "pipeline": "",
        "stage": stage,
        "evidence": "history",
        "is_undated": False,
        "amount_change": Decimal(deals * (amount or 0)),
        "deals_change": deals,
        "deals_without_amount_change": deals if amount is None else 0,
    } | more


PROBABILITIES: tuple[dict[str, object], ...] = tuple(
    {"pipeline": "", "stage": stage, "probability": Decimal(p), "source": "ladder", "n": 0}
    for stage, p in (("Lead", "0.2"), ("Proposal", "0.6"), (UNKNOWN_STAGE, "0.3"))
)

# Open at the end of March: Ann's 1,000 in Lead, Bo's 500 in Proposal (it was in Lead before), and one deal without an
# amount.
_OPEN_ROWS = (
    _change(on(1, 5), "Lead", 1000, owner="Ann"),
    _change(on(1, 7), "Lead", 500, owner="Bo"),
    _change(on(2, 10), "Lead", 500, deals=-1, owner="Bo"),
    _change(on(2, 10), "Proposal", 500, owner="Bo"),
    _change(on(3, 2), "Lead", None, owner="Bo"),
)
OPEN: FactRows = {"fct_pipeline_day": _OPEN_ROWS, "dim_stage_probability": PROBABILITIES}

NO_AMOUNTS: FactRows = {
    "fct_pipeline_day": (_change(on(1, 5), "Lead", None, owner="Ann"),),
    "dim_stage_probability": PROBABILITIES,
}


def deal_row(deal_id: str, status: str, amount: int | None, created: date, closed: date | None) -> dict[str, object]:
    """One row of fct_deals."""
    return {
        "deal_id": deal_id,
        "owner": "Ann",
        "pipeline": "",
        "stage": status.title(),
        "kind": status,
        "status": status,
        "amount": None if amount is None else Decimal(amount),
        "created_date": created,
        "closed_date": closed,
        "cycle_days": (closed - created).days if closed else None,
        "is_undated": False,
    }


# Three won (600, 300 and one without an amount) after 30, 20 and 40 days, two lost (400 and one without), one open
# (1,000), one gone.
DEALS: FactRows = {
    "fct_deals": (
        deal_row("w1", "won", 600, on(1, 1), on(1, 31)),
        deal_row("w2", "won", 300, on(2, 1), on(2, 21)),
        deal_row("w3", "won", None, on(2, 1), on(3, 13)),
        deal_row("l1", "lost", 400, on(1, 10), on(3, 1)),
        deal_row("l2", "lost", None, on(1, 10), on(3, 2)),
        deal_row("o1", "open", 1000, on(3, 1), None),
        deal_row("g1", "gone", 50, on(1, 1), on(2, 2)),
    )
}


def _delivered(deal_id: str, amount: int | None, closed: date, delivery: date | None) -> dict[str, object]:
    """A won deal and when the service takes place."""
    return deal_row(deal_id, "won", amount, on(1, 1), closed) | {"delivery_date": delivery}


# Won in March for June (600) and for March itself (250), in February for March (300: ahead then, not any more), in
# January without a delivery date.
DELIVERIES: FactRows = {
    "fct_deals": (
        _delivered("d1", 600, on(3, 3), on(6, 20)),
        _delivered("d2", 250, on(3, 5), on(3, 28)),
        _delivered("d3", 300, on(2, 5), on(3, 8)),
        _delivered("d4", 900, on(1, 9), None),
    )
}

# The same month after month of two years, 10 in January to 120 in December: mean 65. The first month of the data is
# not counted as a whole one.
TWO_YEARS: FactRows = {
    "fct_deals": tuple(
        deal_row(f"m{i}", "won", 10 * month, date(2024, 1, 1), date(2024 + (2 + i) // 12, month, 15))
        for i in range(25)
        for month in ((2 + i) % 12 + 1,)
    )
}

DEALS_AND_OPEN: FactRows = {**DEALS, **OPEN}


def _activity(
    activity_type: str, day: date, qualification: str = "unknown", done: bool | None = True, **more: object
) -> dict[str, object]:
    """One row of fct_activities."""
    return {
        "owner": "Ann",
        "activity_type": activity_type,
        "occurred_date": day,
        "qualification": qualification,
        "is_done": done,
        "is_due": True,
    } | more


def twice(facts: FactRows) -> FactRows:
    """Every row of some facts two times over."""
    return {table: (*rows, *rows) for table, rows in facts.items()}


def one_of(activity_type: str) -> FactRows:
    """Two activities of a type and one of another."""
    other = "note" if activity_type != "note" else "call"
    return {
        "fct_activities": (
            _activity(activity_type, on(1, 5)),
            _activity(activity_type, on(3, 5), done=False),
            _activity(other, on(2, 5)),
        )
    }


# Six met (three qualified: one by the rule, one came to us, one exception), one fell through, and one is still to come.
MEETINGS: FactRows = {
    "fct_activities": (
        _activity("meeting", on(1, 5), "qualified"),
        _activity("hosted_visit", on(1, 6), "hosted_visit"),
        _activity("visit", on(1, 7), "allowed_exception"),
        _activity("meeting", on(1, 8), "not_qualified"),
        _activity("meeting", on(1, 9), "not_qualified"),
        _activity("meeting", on(1, 12), "not_qualified", done=None),
        _activity("meeting", on(3, 30), "not_qualified", done=False),
        _activity("meeting", on(3, 31), "unknown", done=False, is_due=False),
        _activity("call", on(1, 12), "not_qualified"),
    )
}


# Two meetings of which nothing is known, and one that was qualified.
UNTOLD: FactRows = {
    "fct_activities": (
        _activity("meeting", on(1, 5)),
        _activity("visit", on(1, 6)),
        _activity("meeting", on(1, 7), "qualified"),
    )
}

# Five dials: two reached somebody, two did not, one does not say. One call came in, one is planned.
CALLS: FactRows = {
    "fct_activities": (
        _activity("call", on(1, 5), is_reached=True, is_inbound=False),
        _activity("call", on(1, 6), is_reached=True),
        _activity("call", on(1, 7), is_reached=False),
        _activity("call", on(1, 8), is_reached=False),
        _activity("call", on(1, 9)),
        _activity("call", on(1, 10), is_reached=True, is_inbound=True),
        _activity("call", on(3, 30), done=False),
    )
}

# Six answers, two of them a yes; one activity that got none.
ANSWERS: FactRows = {
    "fct_activities": (
        *(_activity("call", on(1, 5), is_success=answer, touches="1") for answer in (True, False, False)),
        *(_activity("call", on(2, 5), is_success=answer, touches="2") for answer in (True, False, False)),
        _activity("call", on(2, 6)),
    )
}

# Six done, four of them with minutes: 90 in a qualified meeting, 20 and 10 on the telephone, 30 in a social network.
WORK: FactRows = {
    "fct_activities": (
        _activity("meeting", on(1, 5), "qualified", minutes=90),
        _activity("call", on(1, 6), minutes=20),
        _activity("call", on(1, 7), minutes=10),
        _activity("social", on(1, 8), minutes=30),
        _activity("social", on(1, 9)),
        _activity("email", on(1, 9)),
        _activity("call", on(3, 30), done=False, minutes=60),
    )
}


def _person(name: str, created: date | None, level: str | None, is_executive: bool = False) -> dict[str, object]:
    """One row of fct_contacts."""
    return {"name": name, "owner": "Ann", "created_date": created, "level": level, "is_executive": is_executive}


# Four came in, one of them an executive, one without a level; of a fifth nobody knows since when.
PEOPLE: FactRows = {
    "fct_contacts": (
        _person("Ada", on(1, 5), "CFO", is_executive=True),
        _person("Ben", on(1, 6), "Staff"),
        _person("Cy", on(2, 1), "Manager"),
        _person("Di", on(3, 1), None),
        _person("Ed", None, "CEO", is_executive=True),
    )
}


def _changed(deal: str, day: date, stage: str, kind: str, amount: int, **more: object) -> dict[str, object]:
    """One row of fct_changes."""
    return {
        "deal_id": deal,
        "change_date": day,
        "owner": "Ann",
        "pipeline": "",
        "stage": stage,
        "kind": kind,
        "amount": Decimal(amount),
        "evidence": "history",
        "is_undated": False,
    } | more


def _from(stage: str, amount: int) -> dict[str, object]:
    """What an open deal was before it changed."""
    return {
        "prev_owner": "Ann",
        "prev_pipeline": "",
        "prev_stage": stage,
        "prev_kind": "open",
        "prev_amount": Decimal(amount),
    }


# At 20 % in Lead and 60 % in Proposal: the first deal (1,000) comes in (200) and moves on (400), the second (500) comes
# in (100) and is lost (-100). Worked for with what WORK tells; 900 was won.
GAINED: FactRows = {
    **WORK,
    **DEALS,
    "fct_changes": (
        _changed("g1", on(1, 5), "Lead", "open", 1000),
        _changed("g1", on(2, 5), "Proposal", "open", 1000, **_from("Lead", 1000)),
        _changed("g2", on(1, 9), "Lead", "open", 500),
        _changed("g2", on(3, 9), "Lost", "lost", 500, **_from("Lead", 500)),
    ),
    "dim_stage_probability": PROBABILITIES,
    "dim_stages": tuple(
        {"pipeline": "", "stage": stage, "stage_order": i, "kind": kind}
        for i, (stage, kind) in enumerate((("Lead", "open"), ("Proposal", "open"), ("Lost", "lost")), 1)
    ),
}


def _step(day: date, had: int, has: int, is_lost: bool = False) -> dict[str, object]:
    """One row of fct_steps: 1 prospect, 2 lead, 3 qualified, 4 proposal, 5 negotiation, 6 won."""
    return {"deal_key": 1, "owner": "Ann", "step_date": day, "had": had, "has": has, "is_lost": is_lost}


# Of ten prospects five become leads, one goes straight to a proposal, four are lost. Of the five leads four are
# qualified, one is lost. One more begins as qualified: of these five four get a proposal, one is lost. Of the five
# proposals three are negotiated: two won, one lost. Of the other two one is won and one lost.
STEPS: FactRows = {
    "fct_steps": (
        *(_step(on(1, 5 + i), 0, 1) for i in range(10)),
        _step(on(1, 20), 0, 3),
        *(_step(on(2, 1 + i), 1, 2) for i in range(5)),
        _step(on(2, 6), 1, 4),
        *(_step(on(2, 7 + i), 1, 1, is_lost=True) for i in range(4)),
        *(_step(on(3, 1 + i), 2, 3) for i in range(4)),
        _step(on(3, 5), 2, 2, is_lost=True),
        *(_step(on(3, 6 + i), 3, 4) for i in range(4)),
        _step(on(3, 10), 3, 3, is_lost=True),
        *(_step(on(3, 11 + i), 4, 5) for i in range(3)),
        *(_step(on(3, 14 + i), 5, 6) for i in range(2)),
        _step(on(3, 16), 4, 6),
        _step(on(3, 17), 5, 5, is_lost=True),
        _step(on(3, 18), 4, 4, is_lost=True),
    )
}


def _stay(stage: str, entered: date, left: date | None) -> dict[str, object]:
    """One row of fct_stays."""
    return {
        "deal_key": 1,
        "owner": "Ann",
        "stage": stage,
        "entered_date": entered,
        "left_date": left,
        "days": (left - entered).days if left else None,
    }


# Two finished stays in Lead of 10 and 30 days, one in Proposal of 5, and one in Lead that goes on.
STAYS: FactRows = {
    "fct_stays": (
        _stay("Lead", on(1, 1), on(1, 11)),
        _stay("Lead", on(1, 1), on(1, 31)),
        _stay("Proposal", on(2, 1), on(2, 6)),
        _stay("Lead", on(1, 1), None),
    )
}


def _date(deal: int, change: date, expected: date, amount: int | None, **more: object) -> dict[str, object]:
    """One row of fct_expected_dates."""
    return {
        "deal_key": deal,
        "owner": "Ann",
        "stage": "Lead",
        "amount": None if amount is None else Decimal(amount),
        "change_date": change,
        "expected_close_date": expected,
        "is_told": True,
    } | more


# The first deal (800) was expected by 31 January, let the day pass, and was put off twice; the second (200) and the
# third (no amount) let a day pass too; the fourth is still to come.
DATES: FactRows = {
    "fct_expected_dates": (
        _date(1, on(1, 5), on(1, 31), 800, slipped_date=on(1, 31)),
        _date(1, on(2, 3), on(2, 28), 800, pushed_date=on(2, 3)),
        _date(1, on(2, 20), on(4, 30), 800, pushed_date=on(2, 20)),
        _date(2, on(1, 9), on(3, 15), 200, slipped_date=on(3, 15)),
        _date(3, on(1, 9), on(3, 20), None, slipped_date=on(3, 20)),
        _date(4, on(3, 1), on(6, 30), 500),
    )
}


def _target(period: str, start: date, end: date, target: int, owner: str = "Ann") -> dict[str, object]:
    """One row of fct_targets."""
    return {
        "owner": owner,
        "kpi": "won_value",
        "period": period,
        "period_start": start,
        "period_end": end,
        "target": Decimal(target),
    }


# The quarter's target is 2,400; 900 of it is won, 1,500 is open: what is missing is covered once.
QUARTER: FactRows = {
    **DEALS_AND_OPEN,
    "fct_targets": (
        _target("2026-Q1", on(1, 1), on(3, 31), 2000),
        _target("2026-Q1", on(1, 1), on(3, 31), 400, owner="Bo"),
        _target("2026-Q2", on(4, 1), on(6, 30), 9999),
    ),
}
