"""Where a week, month, quarter and year begin: one place for every query, moved by the team's settings.

Weeks begin on the day the settings name, quarters and years with the fiscal year. How far they are moved is a bound
value (``$shift``), so that the SQL is the same for everybody.
"""

from __future__ import annotations

from typing import Literal

from kpi_engine.model.settings import read_settings
from kpi_engine.storage.store import Session

Grain = Literal["week", "month", "quarter", "year"]

STEP: dict[Grain, str] = {
    "week": "interval 7 day",
    "month": "interval 1 month",
    "quarter": "interval 3 month",
    "year": "interval 12 month",
}
"""How far it is from one period to the next."""

# Whole numbers and no intervals: the weekly trend of a large pipeline turns millions of days into weeks. The first of
# January of the year 1 was a Monday.
_WEEK = "({day} - (({day} - date '0001-01-01' + 7 - $shift::integer) % 7)::integer)"
_MONTHS_SINCE = "((month({day}) + 11 - $shift::integer) % {months})"
_BY_MONTHS = (
    f"make_date(year({{day}}) - case when month({{day}}) <= {_MONTHS_SINCE} then 1 else 0 end, "
    f"(month({{day}}) + 11 - {_MONTHS_SINCE}) % 12 + 1, 1)"
)
_FIRST_DAY: dict[Grain, str] = {
    "week": _WEEK,
    "month": "date_trunc('month', {day})::date",
    "quarter": _BY_MONTHS.replace("{months}", "3"),
    "year": _BY_MONTHS.replace("{months}", "12"),
}


def first_day(grain: Grain, day: str) -> str:
    """SQL for the first day of the period that ``day``, a date column or expression of ours, lies in. Needs
    ``$shift``."""
    return _FIRST_DAY[grain].format(day=day)


def shift(session: Session, grain: Grain | None) -> int:
    """The value of ``$shift``: days from Monday to the first day of a week; months from the calendar's quarter or year
    to the fiscal one."""
    settings = read_settings(session)
    shifts = {
        "week": settings.week_start - 1,
        "quarter": (settings.fiscal_year_start_month - 1) % 3,
        "year": settings.fiscal_year_start_month - 1,
    }
    return shifts.get(grain or "", 0)
