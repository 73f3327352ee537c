"""Weeks, months, quarters and fiscal years as pure date arithmetic, and the texts in which people write a period."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Grain = Literal["day", "week", "month", "quarter", "year"]

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jän jänner enero ene janvier janv gennaio gen janeiro januari",
            "february feb februar febrero février févr fév febbraio fevereiro fev februari",
            "march mar märz mär mrz marzo mars março maart mrt",
            "april apr abril abr avril avr aprile",
            "may mai mayo maggio mag maio mei",
            "june jun juni junio juin giugno giu junho",
            "july jul juli julio juillet juil luglio lug julho",
            "august aug agosto ago août aoû augustus",
            "september sep sept septiembre septembre settembre set setembro",
            "october oct oktober okt octubre octobre ottobre ott outubro out",
            "november nov noviembre novembre novembro",
            "december dec dezember dez diciembre dic décembre déc dicembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}


@dataclass(frozen=True, order=True)
class Period:
    """A span of whole days. ``start`` and ``end`` both belong to it; ``label`` is the one way it is written."""

    start: date
    end: date
    label: str

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1


def week(day: date, week_start: int = 1) -> Period:
    """The week a day is in. ``week_start``: 1 Monday … 7 Sunday.

    >>> week(date(2025, 1, 1)).end
    datetime.date(2025, 1, 5)
    """
    start = day - timedelta(days=(day.isoweekday() - week_start) % 7)
    return Period(start, start + timedelta(days=6), start.isoformat())


def end_of_whole_weeks(day: date, week_start: int = 1) -> date:
    """The end of the last whole week on or before a day: where weeks start on Monday, a Sunday.

    >>> end_of_whole_weeks(date(2026, 8, 31)), end_of_whole_weeks(date(2026, 8, 30))
    (datetime.date(2026, 8, 30), datetime.date(2026, 8, 30))
    """
    return week(day + timedelta(days=1), week_start).start - timedelta(days=1)


def month(day: date) -> Period:
    """The calendar month a day is in.

    >>> month(date(2024, 2, 10)).end
    datetime.date(2024, 2, 29)
    """
    start = day.replace(day=1)
    return Period(start, day.replace(day=monthrange(day.year, day.month)[1]), f"{day:%Y-%m}")


def quarter(day: date) -> Period:
    """The calendar quarter a day is in."""
    number = (day.month - 1) // 3 + 1
    start = date(day.year, 3 * number - 2, 1)
    return Period(start, month(date(day.year, 3 * number, 1)).end, f"{day.year}-Q{number}")


def year(day: date) -> Period:
    """The calendar year a day is in."""
    return Period(date(day.year, 1, 1), date(day.year, 12, 31), f"{day.year}")


def fiscal_year(day: date, start_month: int = 1) -> Period:
    """The fiscal year a day is in, named after the calendar year in which it ends.

    >>> fiscal_year(date(2025, 8, 1), start_month=7)
    Period(start=datetime.date(2025, 7, 1), end=datetime.date(2026, 6, 30), label='FY2026')
    """
    if start_month == 1:
        return year(day)
    first = day.year if day.month >= start_month else day.year - 1
    return _fiscal_year_ending(first + 1, start_month)


def fiscal_quarter(day: date, start_month: int = 1) -> Period:
    """The fiscal quarter a day is in.

    >>> fiscal_quarter(date(2025, 8, 1), start_month=7).label
    'FY2026-Q1'
    """
    if start_month == 1:
        return quarter(day)
    whole = fiscal_year(day, start_month)
    number = ((day.year - whole.start.year) * 12 + day.month - whole.start.month) // 3 + 1
    return _fiscal_quarter(whole, number)


def period_of(day: date, grain: Grain, week_start: int = 1) -> Period:
    """The day, week, month, quarter or calendar year a day is in."""
    if grain == "day":
        return Period(day, day, day.isoformat())
    if grain == "week":
        return week(day, week_start)
    if grain == "month":
        return month(day)
    return quarter(day) if grain == "quarter" else year(day)


def spans(start: date, end: date, grain: Grain, week_start: int = 1) -> list[Period]:
    """Every period that has a day between two dates, both included, in order; none where end is before start."""
    found = []
    day = start
    while day <= end:
        period = period_of(day, grain, week_start)
        found.append(period)
        day = period.end + timedelta(days=1)
    return found


def working_days(start: date, end: date) -> int:
    """Mondays to Fridays between two dates, both included; holidays are not known.

    >>> working_days(date(2026, 8, 28), date(2026, 9, 1)), working_days(date(2026, 8, 2), date(2026, 8, 1))
    (3, 0)
    """
    days = (end - start).days + 1
    if days <= 0:
        return 0
    weeks, rest = divmod(days, 7)
    return 5 * weeks + sum((start.weekday() + i) % 7 < 5 for i in range(rest))


def month_add(day: date, months: int) -> date:
    """The same day so many months later; the last day of that month where it has no such day.

    >>> month_add(date(2025, 1, 31), 1)
    datetime.date(2025, 2, 28)
    """
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    return first.replace(day=min(day.day, monthrange(first.year, first.month)[1]))


def earlier(period: Period, times: int, fiscal_start_month: int = 1) -> Period:
    """The period of the same kind so many before.

    >>> earlier(parse("2026-Q1"), 1).label, earlier(parse("2026-02"), 12).end, earlier(parse("2026-W01"), 1).label
    ('2025-Q4', datetime.date(2025, 2, 28), '2025-12-22')
    """
    if period.start.day != 1 or period.days < 28:
        start = period.start - timedelta(days=times * period.days)
        return named(start, start + timedelta(days=period.days - 1), fiscal_start_month)
    after = period.end + timedelta(days=1)
    months = (after.year - period.start.year) * 12 + after.month - period.start.month
    start = month_add(period.start, -months * times)
    return named(start, month_add(start, months) - timedelta(days=1), fiscal_start_month)


def named(start: date, end: date, fiscal_start_month: int = 1) -> Period:
    """The span from start to end under the name it goes by, else under its two days.

    >>> named(date(2025, 7, 1), date(2025, 9, 30), 7).label, named(date(2025, 7, 2), date(2025, 7, 3)).label
    ('FY2026-Q1', '2025-07-02 to 2025-07-03')
    """
    known = (
        week(start, start.isoweekday()), month(start), fiscal_quarter(start, fiscal_start_month), quarter(start),
        fiscal_year(start, fiscal_start_month), year(start),
    )  # fmt: skip
    fits = (one for one in known if (one.start, one.end) == (start, end))
    return next(fits, Period(start, end, f"{start} to {end}"))


def parse(text: str, fiscal_start_month: int = 1) -> Period | None:
    """What span a period written by a person means; None where it cannot be told.

    Understood: ``2025``, ``2025-Q1``, ``Q1 2025``, ``Q1/25``, ``2025-03``, ``03/2025``, ``Mar 2025``, ``2025-03-01``
    (its month), ``2025-W07``, ``FY2025``, ``FY25 Q2``, ``FQ2 FY 2025``, ``H1 2025``,
    ``1. Quartal 2025``, ``Mrz 25``. A fiscal year is named after the year in which it ends; a plain quarter is a
    calendar quarter.

    >>> parse("Q1 2025").end, parse("FY2025", fiscal_start_month=7).start, parse("soon")
    (datetime.date(2025, 3, 31), datetime.date(2024, 7, 1), None)
    """
    words = " ".join(text.strip().lower().replace("'", "").split())
    for read in (_fiscal, _quarter, _half, _week, _date, _month, _year):
        period = read(words, fiscal_start_month)
        if period is not None:
            return period
    return None


def _full_year(digits: str) -> int:
    return int(digits) + 2000 if len(digits) == 2 else int(digits)


def _fiscal(words: str, start_month: int) -> Period | None:
    found = re.fullmatch(r"(?:fy|fiscal year|gj)[ -]?(\d{4}|\d{2})(?:[ -/]*f?q([1-4]))?", words)
    if found is None and (swapped := re.fullmatch(r"f?q([1-4])[ -/]*fy[ -]?(\d{4}|\d{2})", words)):
        return parse(f"fy{swapped[2]} q{swapped[1]}", start_month)
    if found is None:
        return None
    whole = _fiscal_year_ending(_full_year(found[1]), start_month)
    return _fiscal_quarter(whole, int(found[2])) if found[2] else whole


def _fiscal_year_ending(ends: int, start_month: int) -> Period:
    if start_month == 1:
        return year(date(ends, 1, 1))
    return Period(date(ends - 1, start_month, 1), date(ends, start_month, 1) - timedelta(days=1), f"FY{ends}")


def _fiscal_quarter(whole: Period, number: int) -> Period:
    start = month_add(whole.start, 3 * (number - 1))
    end = month_add(start, 3) - timedelta(days=1)
    return Period(start, end, f"{whole.label}-Q{number}")


_Q = r"(?:q|t|quarter|quartal|trimestre|trim\.?|kwartaal) ?"
"""A quarter, in the languages people plan in: Q1, T1, 1. Quartal."""


def _quarter(words: str, _: int) -> Period | None:
    forms = (
        rf"(?P<y>\d{{4}})[ -/]*{_Q}(?P<q>[1-4])",
        rf"{_Q}(?P<q>[1-4])[ -/]*(?P<y>\d{{4}}|\d{{2}})",
        rf"(?P<q>[1-4])\.? ?{_Q}[ -/]*(?P<y>\d{{4}}|\d{{2}})",
    )
    found = next((m for form in forms if (m := re.fullmatch(form, words))), None)
    return None if found is None else quarter(date(_full_year(found["y"]), 3 * int(found["q"]), 1))


def _half(words: str, _: int) -> Period | None:
    forms = (r"(?P<y>\d{4})[ -/]*h(?P<h>[12])", r"h(?P<h>[12])[ -/]*(?P<y>\d{4}|\d{2})")
    found = next((m for form in forms if (m := re.fullmatch(form, words))), None)
    if found is None:
        return None
    number, in_year = int(found["h"]), _full_year(found["y"])
    return Period(date(in_year, 6 * number - 5, 1), month(date(in_year, 6 * number, 1)).end, f"{in_year}-H{number}")


def _week(words: str, _: int) -> Period | None:
    found = re.fullmatch(r"(\d{4})[ -]?w(?:eek)?[ -]?(\d{1,2})", words)
    if found is None:
        return None
    try:
        return week(date.fromisocalendar(int(found[1]), int(found[2]), 1))
    except ValueError:
        return None


def _date(words: str, _: int) -> Period | None:
    found = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})(?:[t ].*)?", words)
    if found is None:
        return None
    try:
        return month(date(int(found[1]), int(found[2]), int(found[3])))
    except ValueError:
        return None


def _month(words: str, _: int) -> Period | None:
    if found := re.fullmatch(r"(\d{4})[-/. ](\d{1,2})", words):
        return _month_of(int(found[1]), int(found[2]))
    if found := re.fullmatch(r"(\d{1,2})[-/. ](\d{4})", words):
        return _month_of(int(found[2]), int(found[1]))
    if found := re.fullmatch(r"([^\W\d]+)\.?[ -/]*(\d{4}|\d{2})", words):
        return _month_of(_full_year(found[2]), _MONTHS.get(found[1], 0))
    if found := re.fullmatch(r"(\d{4})[ -/]*([^\W\d]+)\.?", words):
        return _month_of(int(found[1]), _MONTHS.get(found[2], 0))
    return None


def _month_of(in_year: int, number: int) -> Period | None:
    return month(date(in_year, number, 1)) if 1 <= number <= 12 and in_year >= 1 else None


def _year(words: str, _: int) -> Period | None:
    return year(date(int(words), 1, 1)) if re.fullmatch(r"(19|20)\d{2}", words) else None
