"""Open value by the month it is expected in, and the deals behind each bar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from kpi_engine.metrics.query import chances_as_seen
from kpi_engine.periods import month, month_add
from kpi_engine.storage import Session, load_sql
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who

_MONTHS_AHEAD, _FAR_AHEAD = 12, 36
_APART = {"overdue": (-1, "Overdue"), "later": (_FAR_AHEAD, "Later"), "none": (_FAR_AHEAD + 1, "No date")}

_SAID = {"overdue": "overdue", "later": "expected later", "none": "with no expected date"}


@dataclass(frozen=True)
class ExpectedDeals:
    """``deals``: deal_name, account, owner, stage, amount, expected_close_date, largest first. ``sentence`` adds them
    up."""

    sentence: str
    deals: pd.DataFrame


def expected_by_month(
    session: Session, ask: Ask, who: Who, *, by_delivery: bool = False, months_ahead: int = _MONTHS_AHEAD
) -> pd.DataFrame:
    """Open value and EV by the month they are expected (or delivered) in and by stage; what is overdue, later or
    undated stands apart. ``months_ahead``: so many months have a bar of their own, see :func:`months_shown`.

    Returns ``bar`` (what names a bar: overdue, a month's first day, later, none), ``bucket`` (what stands under it),
    ``bucket_order, when, is_apart, timing, stage, stage_order, value, deals, deals_with_amount, text``, and for EV
    ``expected_value, expected_text``.
    """
    sql, values = _query(session, "expected", ask, who, by_delivery=by_delivery, months_ahead=months_ahead)
    frame = session.frame(sql, values)
    this_month = month(ask.as_of).start
    months = {month_add(this_month, i): i for i in range(months_ahead)}
    days = [None if pd.isna(start) else pd.Timestamp(start).date() for start in frame["month"]]
    first = min((day for day in days if day is not None), default=None)
    places = [
        _APART[timing]
        if day is None
        else (months[day], f"{day:%b}<br>{day:%Y}" if day.month == 1 or day == first else f"{day:%b}")
        for timing, day in zip(frame["timing"], days, strict=True)
    ]
    return frame.assign(
        bar=[timing if day is None else day.isoformat() for timing, day in zip(frame["timing"], days, strict=True)],
        bucket_order=[place for place, _ in places],
        bucket=[name for _, name in places],
        when=[name if day is None else f"{day:%b %Y}" for (_, name), day in zip(places, days, strict=True)],
        is_apart=frame["timing"].isin(["overdue", "none"]),
        text=[_told(*pair, ask) for pair in zip(frame["value"], frame["deals"], strict=True)],
        expected_text=[_told(*pair, ask) for pair in zip(frame["expected_value"], frame["deals"], strict=True)],
    )


def months_shown(session: Session, ask: Ask, who: Who) -> int:
    """How many months have a bar of their own: a year of them, or three where most of what is open and not overdue is
    expected later than that, as one bar of it would say nothing."""
    due = expected_by_month(session, ask, who)
    by_timing = due.groupby("timing")["value"].sum()
    return _FAR_AHEAD if by_timing.get("later", 0.0) > by_timing.get("month", 0.0) else _MONTHS_AHEAD


def _told(value: float, deals: int, ask: Ask) -> str:
    return f"{words.money(value, ask.currency)}, {words.many(int(deals), 'deal')}"


def expected_deals_view(session: Session, ask: Ask, who: Who) -> ExpectedDeals:
    """The deals behind one bar, which ``ask.choice`` names as :func:`expected_by_month` does. Their amounts add up to
    it."""
    ask = ask.at_its_end()
    is_apart = ask.choice in _APART
    day = None if is_apart else date.fromisoformat(ask.choice)
    months_ahead = months_shown(session, ask, who)
    sql, values = _query(session, "expected_behind", ask, who, months_ahead=months_ahead)
    deals = session.frame(sql, values | {"timing": ask.choice if is_apart else "month", "month": day})
    when = f"expected in {day:%B %Y}" if day is not None else _SAID[ask.choice]
    unpriced = int(deals["amount"].isna().sum())
    without = f"; {unpriced:,} of them {'carries' if unpriced == 1 else 'carry'} no amount" if unpriced else ""
    total = words.money(float(deals["amount"].sum()), ask.currency)
    return ExpectedDeals(f"{words.many(len(deals), 'deal')} {when}, worth {total}{without}.", deals)


def _query(
    session: Session, name: str, ask: Ask, who: Who, *, by_delivery: bool = False, months_ahead: int
) -> tuple[str, dict[str, object]]:
    mine = ask.seen_by(who)
    deals = load_sql("kpi_engine.views", "expected_deals").format(condition=mine.condition())
    horizon = month_add(month(ask.as_of).start, months_ahead)
    sql = load_sql("kpi_engine.views", name).format(deals=deals, chances=chances_as_seen(session, ask.as_of))
    values = {"as_of": ask.as_of, "chances_on": ask.as_of, "horizon": horizon, "by_delivery": by_delivery}
    return sql, values | mine.values()
