"""The periods and comparisons a page offers, as dates: like with like, counted back from the as-of day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kpi_engine.periods import end_of_whole_weeks as end_of_whole_weeks
from kpi_engine.periods import fiscal_quarter


class Period(StrEnum):
    """How far back a page looks. The words are what stands on screen and in the address."""

    QUARTER = "Last 13 weeks"
    HALF = "Last 26 weeks"
    YEAR = "Last 52 weeks"
    TWO_YEARS = "Last 104 weeks"
    ALL = "All time"
    OWN = "Choose dates"


class Compare(StrEnum):
    """What the three numbers are compared with."""

    WEEK = "Last week"
    FOUR_WEEKS = "4 weeks ago"
    QUARTER = "Quarter start"
    OWN = "A date"


_WEEKS = {Period.QUARTER: 13, Period.HALF: 26, Period.YEAR: 52, Period.TWO_YEARS: 104}


@dataclass(frozen=True)
class Span:
    """Both days are part of it."""

    first: date
    last: date


def period_span(period: Period, as_of: date, first_day: date | None, own: tuple[date, date] | None = None) -> Span:
    """The days a period covers.

    ``first_day`` is where the data begin (None: unknown); ``own`` is used for ``Period.OWN`` alone, and never reaches
    beyond ``as_of``.

    >>> period_span(Period.QUARTER, date(2026, 8, 31), None)
    Span(first=datetime.date(2026, 6, 2), last=datetime.date(2026, 8, 31))
    """
    start = first_day or as_of - timedelta(weeks=52)
    if period is Period.OWN and own:
        first, last = sorted(own)
        return Span(min(first, as_of), min(last, as_of))
    weeks = _WEEKS.get(period)
    if weeks is None:
        return Span(min(start, as_of), as_of)
    return Span(as_of - timedelta(days=7 * weeks - 1), as_of)


def compare_day(compare: Compare, as_of: date, own: date | None = None, fiscal_start: int = 1) -> date:
    """The day at whose end the other number is taken. A stock at the end of one day against a stock at the end of
    another. ``fiscal_start``: the month in which the fiscal year starts, which its quarters follow.

    >>> compare_day(Compare.QUARTER, date(2026, 8, 31))
    datetime.date(2026, 6, 30)
    """
    if compare is Compare.OWN and own:
        return min(own, as_of)
    if compare is Compare.QUARTER:
        return fiscal_quarter(as_of, fiscal_start).start - timedelta(days=1)
    return as_of - timedelta(days=7 if compare is Compare.WEEK else 28)
