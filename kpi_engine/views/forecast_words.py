"""The words of the forecast: amounts and counts, ranges, changes and dates that slip."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

from kpi_engine.forecasting.changes import Change
from kpi_engine.periods import Period
from kpi_engine.views import words
from kpi_engine.views.ask import Ask

FEW = 10
"""Below this many cases a share of slips is not said."""

_WHY = {
    "won": "won",
    "lost": "lost, or gone",
    "new": "new deal",
    "moved": "moved to another stage",
    "amount": "amount changed",
    "waited": "a week older, nothing else",
    "transferred": "changed hands",
}


def amount_of(value: float, ask: Ask, is_money: bool, signed: bool = False) -> str:
    """Money, or a number of deals: whole ones once they are many."""
    if is_money or not words.is_number(value):
        return words.money(value, ask.currency, signed)
    text = f"{abs(value):,.0f}"
    sign = "" if text == "0" else words.MINUS if value < 0 else "+" if signed else ""
    return f"{sign}{text}" if signed else f"{sign}{text} {'deal' if text == '1' else 'deals'}"


def between(lower: float, upper: float, ask: Ask, is_money: bool) -> str:
    """A range in words; empty where there is none.

    >>> from kpi_engine.views.ask import Ask
    >>> day = date(2026, 8, 31)
    >>> between(61_000.0, 218_000.0, Ask(day, day, day, day), True)
    'between 61k and 218k'
    """
    if not (words.is_number(lower) and words.is_number(upper)):
        return ""
    low, high = (words.money(edge, ask.currency) if is_money else f"{edge:,.0f}" for edge in (lower, upper))
    return f"between {low} and {high}"


def sum_words(period: Period) -> str:
    """A quarter or a year by its last day.

    >>> sum_words(Period(date(2026, 7, 1), date(2026, 9, 30), "2026-Q3"))
    'Quarter to 30 Sep 2026'
    """
    return f"{'Quarter' if period.days < 100 else 'Year'} to {words.day(period.end)}"


def change_words(change: Change, ask: Ask, is_money: bool) -> str:
    """What a month's forecast did since a week before, part by part."""
    if not change.is_known:
        return "A week ago nothing could be forecast for this month, or its parts are not known."
    parts = {name: change.after[name] - change.before[name] for name in change.after}
    whole = sum(parts.values())
    said = {
        "won": "won since",
        "open": "on open deals",
        "new": "on deals not yet created",
    }
    moved = [
        f"{amount_of(part, ask, is_money, signed=True)} {said[name]}"
        for name, part in parts.items()
        if not _is_nothing(part, is_money)
    ]
    if not moved:
        return "Nothing to speak of changed since a week ago."
    total = "as much as before" if _is_nothing(whole, is_money) else amount_of(whole, ask, is_money, signed=True)
    return f"Since a week ago: {total} ({words.listed(moved)})."


def _is_nothing(value: float, is_money: bool) -> bool:
    return (words.money(value) if is_money else f"{abs(value):.0f}") == "0"


def counted_at(n: int, opened: float, alone: float, month: date, ask: Ask, is_money: bool) -> str:
    """What stands over the list of a month's open deals."""
    if not n:
        return f"No open deal is likely to be won in {month:%B}."
    said = (
        f"{words.many(n, 'open deal')} stand behind the {amount_of(opened, ask, is_money)} that {month:%B} is to get "
        f"from them. By their chances alone they come to {amount_of(alone, ask, is_money)}"
    )
    if alone <= 0:
        return f"{said}."
    return f"{said}; the forecast counts them at {words.share(opened / alone)} of that, from how earlier ones went."


def why_moved(what: str) -> str:
    """Why a deal counts for more or less than a week before."""
    return _WHY[what]


def date_risk(row: Mapping[str, Any], month: date) -> str:
    """What its expected date says of a deal that is counted in a month, and how such dates held before."""
    expected = row["expected_close_date"]
    if row["others"]:
        return ""
    if not isinstance(expected, date):
        return "no date"
    if (expected.year, expected.month) != (month.year, month.month):
        is_late = expected < month
        return f"date is past: {words.day(expected)}" if is_late else f"expected in {expected:%b %Y}"
    times = int(row["pushes"])
    pushed = "never pushed" if times == 0 else "pushed once" if times == 1 else f"pushed {times}×"
    n, share = int(row["slip_n"]), float(row["slip_share"])
    if n < FEW or math.isnan(share):
        return pushed
    return f"{pushed}: {words.share(share)} of {n:,} slipped"
