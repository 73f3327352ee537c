"""A lean season with the work going on: few orders, and expected value climbing."""

from __future__ import annotations

from datetime import date, timedelta

from kpi_engine.metrics.query import measure
from kpi_engine.metrics.slice import Slice
from kpi_engine.periods import month_add
from kpi_engine.storage import Session
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.headline import end_of_day

_MONTHS = 3
_FEW = 0.7
"""Under this share of the usual number, orders are few."""
_CLIMB = 1.1
"""From this multiple on, expected value has climbed."""
_MIN_USUAL = 6
"""With fewer orders than this in a usual quarter, few is no news."""


def lean_season(session: Session, ask: Ask, who: Who) -> str:
    """A sentence where the last three months brought few orders while expected value climbed; empty otherwise.

    Few is measured against the mean three months of the year before the as-of day. Nothing is said where the year was
    not seen whole.
    """
    mine = ask.seen_by(who)
    since, year = month_add(ask.as_of, -_MONTHS), month_add(ask.as_of, -12)
    before, now = end_of_day(session, ask, who, since), end_of_day(session, ask, who, ask.as_of)
    if not before or not end_of_day(session, ask, who, year):
        return ""
    ev_then, ev_now = before.get("expected_value"), now.get("expected_value")
    if not words.is_number(ev_then) or not words.is_number(ev_now) or not ev_then or ev_now is None:
        return ""
    won, in_a_year = (_won(session, ask, mine, first) for first in (since, year))
    usual = in_a_year * _MONTHS / 12
    if usual < _MIN_USUAL or won >= _FEW * usual or ev_now < _CLIMB * ev_then:
        return ""
    return (
        f"Few orders, and the work goes on: {words.many(int(won), 'deal')} won since {words.day(since)} where three "
        f"months of the last year usually brought {words.count(usual)}, while expected value climbed from "
        f"{words.money(ev_then, ask.currency)} to {words.money(ev_now, ask.currency)}."
    )


def _won(session: Session, ask: Ask, mine: Slice, after: date) -> float:
    frame = measure(
        session, ["won_deals"], mine, date_from=after + timedelta(days=1), date_to=ask.as_of, as_of=ask.as_of
    )
    return float(frame["value"].fillna(0).iloc[0])
