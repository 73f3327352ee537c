"""How numbers, dates and durations are written, cell by cell. Whole columns are judged in columns.py."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import Literal

from babel.dates import get_month_names

from kpi_engine.ingest.currencies import CODES

Order = Literal["ymd", "dmy", "mdy", "serial", "epoch_ms", "epoch_s", "month_year"]

BLANKS = frozenset(
    {"", "-", "--", "—", "–", "?", "tbd", "tba", "tbc", "n/a", "n.a.", "na", "#n/a", "null", "none", "nan", "(none)"}
    | {"(blank)", "000000000000000aaa"}
)
"""Cells that say nothing, in lower case; the last is Salesforce's empty lookup."""

EMPTY_LOOKUPS = frozenset({"000000000000000", "000000000000000AAA"})
"""What Salesforce's data export writes for a lookup that points nowhere."""

# ---- numbers

_DASHES = ("-", "–", "—", "−")
_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f'’]+")
_BROKEN_GROUP = re.compile(r"\d[\s'’]+(?!\d{3}(?!\d))\d")
_CODES = (
    *CODES,
    "kr", "kr.", "ca", "mx", "sg", "nt", "rm", "rp", "rs", "rs.", "r", "us", "a", "c", "nz", "hk", "s", "sfr",
    "fr", "fr.", "zl", "zł", "kc", "kč", "ft", "lei", "euro", "dollar",
)  # fmt: skip
_MULTIPLES = {
    "k": 3,
    "tsd": 3,
    "tsd.": 3,
    "m": 6,
    "mn": 6,
    "mio": 6,
    "mio.": 6,
    "mm": 6,
    "b": 9,
    "bn": 9,
    "mrd": 9,
    "mrd.": 9,
}
_AROUND = re.compile(
    r"^(?P<before>[^\d.,+\-−]*)(?P<sign>[+\-−]?)(?P<between>[^\d.,+\-−]*)(?P<digits>[\d.,]+(?:[eE][+-]?\d+)?)(?P<after>.*)$"
)
_SHAPE = {
    mark: re.compile(
        rf"^(?:\d*(?:{re.escape(mark)}\d*)?|[1-9]\d{{0,2}}(?:{re.escape(group)}\d{{2,3}})*{re.escape(group)}\d{{3}}(?:{re.escape(mark)}\d*)?)$"
    )
    for mark, group in ((".", ","), (",", "."))
}


def says_nothing(text: str) -> bool:
    """Whether a cell is as good as blank: a word for nothing, or a currency sign and a dash, as accountants write zero.

    >>> says_nothing("N/A"), says_nothing("$ -"), says_nothing("$ 5")
    (True, True, False)
    """
    return text.casefold() in BLANKS or all(unicodedata.category(letter) in ("Sc", "Pd", "Zs") for letter in text)


def _is_currency(text: str) -> bool:
    letters = "".join(c for c in text if c.isalpha() or c == ".").casefold()
    signs = all(not c.isalnum() and c not in '()#/:;=<>@\\|_~^!?"' for c in text if not (c.isalpha() or c == "."))
    return signs and (letters in ("", ".") or letters in _CODES)


@lru_cache(maxsize=200_000)
def parse_number(text: str, decimal_mark: str = ".") -> Decimal | None:
    """The number a cell holds, or None where it holds none as written with this decimal mark.

    Currency signs and codes, grouping, spaces, apostrophes, ``(70)`` and ``70-`` for negatives, ``%`` (taken off, the
    number not divided) and K/M/bn are understood. A grouping that does not fit is no number: ``1.23`` with mark ``,``.

    >>> parse_number("CHF 2'000.-"), parse_number("€ 2.000,--", ","), parse_number("2000-")
    (Decimal('2000'), Decimal('2000'), Decimal('-2000'))
    >>> parse_number("€ 2.900,00", ","), parse_number("(70,000)"), parse_number("$342.09K"), parse_number("1.23", ",")
    (Decimal('2900.00'), Decimal('-70000'), Decimal('342090'), None)
    """
    if _BROKEN_GROUP.search(text):
        return None
    compact = _SPACES.sub("", text)
    negative = False
    if compact.startswith("(") and compact.endswith(")"):
        negative, compact = True, compact[1:-1]
    found = _AROUND.match(compact)
    if found is None:
        return None
    before, after = found["before"] + found["between"], found["after"]
    if found["before"].endswith("(") and after.endswith(")"):  # $(70,000)
        negative, before, after = True, found["before"][:-1] + found["between"], after[:-1]
    if found["digits"].endswith((".", ",")) and after.startswith(_DASHES):
        after = after.lstrip("".join(_DASHES))  # whole francs or euros: 2'000.– and € 2.000,-
    elif after.endswith(("-", "−")):
        negative, after = not negative, after[:-1]
    if found["sign"] in ("-", "−"):
        negative = not negative
    after = after.removesuffix("%")
    power = 0
    for suffix in sorted(_MULTIPLES, key=len, reverse=True):
        rest = after[len(suffix) :]
        if after.casefold().startswith(suffix) and _is_currency(rest) and not _is_currency(after):
            power, after = _MULTIPLES[suffix], rest
            break
    if not (_is_currency(before) and _is_currency(after)):
        return None
    digits, _, exponent = found["digits"].replace("E", "e").partition("e")
    if not any(c.isdigit() for c in digits) or not _SHAPE[decimal_mark].match(digits):
        return None
    group = "," if decimal_mark == "." else "."
    plain = digits.replace(group, "").replace(decimal_mark, ".")
    try:
        value = Decimal(plain)
        if power or exponent:
            value = Decimal(format(value.scaleb(power + int(exponent or 0)).normalize(), "f"))
    except (InvalidOperation, ValueError):
        return None
    return -value if negative else value


def has_multiple(text: str) -> bool:
    """Whether a number is written with a letter for thousands or millions: $5K.

    >>> has_multiple("$5K"), has_multiple("5 000 kr")
    (True, False)
    """
    number, plain = parse_number(text), parse_number("".join(c for c in text if not c.isalpha()))
    return number is not None and number != plain


_CLOCK = re.compile(r"^(\d+):(\d{2})(?::(\d{2}))?$")
_SPOKEN = re.compile(
    r"^(?:(\d+(?:\.\d+)?)\s*h(?:ours?|rs?)?)?\s*(?:(\d+(?:\.\d+)?)\s*m(?:in(?:ute)?s?)?)?\s*(?:(\d+(?:\.\d+)?)\s*s(?:ec(?:ond)?s?)?)?$"
)


def parse_minutes(text: str, decimal_mark: str = ".") -> float | None:
    """A duration in minutes: a number of minutes, ``HH:MM``, ``HH:MM:SS`` or ``1h 30m``.

    >>> parse_minutes("00:30"), parse_minutes("1h 30m"), parse_minutes("45")
    (30.0, 90.0, 45.0)
    """
    text = text.strip().casefold()
    if clock := _CLOCK.match(text):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return hours * 60 + minutes + seconds / 60
    if text and (spoken := _SPOKEN.match(text)):
        hours_, minutes_, seconds_ = (float(part or 0) for part in spoken.groups())
        return hours_ * 60 + minutes_ + seconds_ / 60
    number = parse_number(text, decimal_mark)
    return None if number is None else float(number)


# ---- dates

_TIME = (
    r"(?:(?:[tT]|,?\s+|\s*[-–]\s+|,?\s+(?:at|um|à|om)\s+)(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"\s*(?P<half>[aApP]\.?[mM]\.?)?"
    # A browser adds the zone's name: GMT+0100 (Central European Standard Time).
    r"\s*(?:(?P<zone>[zZ]|(?:UTC|GMT)?[+-]\d{2}:?\d{2}|[+-]\d{2}|UTC|GMT)(?:\s*\([^()]*\))?)?)?\s*$"
)
_WEEKDAY = r"^(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
_YEAR_FIRST = re.compile(r"^(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})" + _TIME)
_EAST_ASIAN = re.compile(r"^(?P<year>\d{4})\s*[年년]\s*(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日일]" + _TIME)
_COMPACT = re.compile(
    r"^(?P<year>(?:19|20)\d{2})(?P<month>[01]\d)(?P<day>[0-3]\d)(?:[tT](?P<hour>\d{2}):?(?P<minute>\d{2}):?(?P<second>\d{2})?[zZ]?)?$"
)
_NUMERIC = re.compile(r"^(?P<a>\d{1,2})\s?(?P<mark>[-/.])\s?(?P<b>\d{1,2})\s?(?P=mark)\s?(?P<year>\d{4}|\d{2})" + _TIME)
_YEAR_WORD = re.compile(r"^(?P<year>\d{4})[-\s/](?P<name>[^\W\d_]{3,12})[-\s/](?P<day>\d{1,2})" + _TIME, re.IGNORECASE)
_DAY_WORD = re.compile(
    _WEEKDAY
    # "4 of May", "4 de mayo"; the "de" of "4 December" belongs to the month.
    + r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.|er)?(?:\s+(?:de|of)\b)?[-\s/.]*"
    + r"(?P<name>[^\W\d_]{3,12})\.?(?:\s+de)?,?[-\s/.']*(?P<year>\d{4}|\d{2})"
    + _TIME,
    re.IGNORECASE,
)
_WORD_DAY = re.compile(
    _WEEKDAY
    + r"(?P<name>[^\W\d_]{3,12})\.?[-\s/]+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?[-\s/]+(?P<year>\d{4}|\d{2})"
    + _TIME,
    re.IGNORECASE,
)
_MONTH_AND_YEAR = re.compile(r"^(?P<name>[^\W\d_]{3,12})\.?[-\s/.']+(?P<year>\d{4}|\d{2})$")
_YEAR_AND_MONTH = re.compile(r"^(?P<year>(?:19|20)\d{2})[-/.](?P<month>0[1-9]|1[0-2])$")
_WEEK = re.compile(r"^(?P<year>(?:19|20)\d{2})[-\s]?W(?P<week>\d{1,2})$", re.IGNORECASE)
_PLAIN_NUMBER = re.compile(r"^\d+(?:\.\d+)?$")
_EXCEL_ZERO = datetime(1899, 12, 30)
_EPOCH = datetime(1970, 1, 1)
_LOCALES = ("en", "de", "fr", "es", "nl", "pt", "it", "sv", "da", "nb", "pl", "fi")


@cache
def _english_months() -> dict[str, int]:
    months = {"sept": 9}
    for width in ("wide", "abbreviated"):
        months |= {name.casefold().rstrip("."): number for number, name in get_month_names(width, locale="en").items()}
    return months


@cache
def _all_months() -> dict[str, int]:
    months: dict[str, int] = {}
    for locale in reversed(_LOCALES):
        for context in ("stand-alone", "format"):
            for width in ("wide", "abbreviated"):
                names = get_month_names(width, context=context, locale=locale)
                months |= {name.casefold().rstrip("."): number for number, name in names.items()}
    return months | _english_months()


def is_month_name(text: str) -> bool:
    """Whether a text is the name of a month and nothing else.

    >>> is_month_name("may"), is_month_name("Sept."), is_month_name("May 2026")
    (True, True, False)
    """
    return _month(text.strip()) is not None


def _month(name: str) -> int | None:
    key = name.casefold().rstrip(".")
    return _english_months().get(key) or _all_months().get(key)


def _full_year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < 70 else 1900)


def _built(found: re.Match[str], year: int, month: int, day: int) -> datetime | None:
    if not 1900 <= year <= 2199:
        return None
    parts = found.groupdict()
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    half = (parts.get("half") or "").casefold().replace(".", "")
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        when = datetime(year, month, day, hour, minute, second, int((parts.get("fraction") or "0").ljust(6, "0")[:6]))
        zone = (parts.get("zone") or "").upper()
        return when.replace(tzinfo=_offset(zone)) if zone else when
    except ValueError:
        return None


def _offset(zone: str) -> timezone:
    digits = zone.removeprefix("UTC").removeprefix("GMT").replace(":", "")
    if digits in ("Z", ""):
        return UTC
    sign = -1 if digits[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(digits[1:3]), minutes=int(digits[3:5] or 0)))


def _plain(found: re.Match[str]) -> datetime | None:
    return _built(found, int(found["year"]), int(found["month"]), int(found["day"]))


@lru_cache(maxsize=200_000)
def parse_timestamp(text: str, order: str = "ymd") -> datetime | None:
    """The moment a cell names, or None where it names none in this order (or none that exists: 31/02).

    A result has a tzinfo only where the text gives an offset; without one it is the business's wall clock. Years
    first and month names read the same in every order. ``serial`` counts days as spreadsheets do, ``epoch_ms`` and
    ``epoch_s`` milliseconds and seconds since 1970 (UTC).

    >>> parse_timestamp("15 Apr, 2021 00:02:00"), parse_timestamp("03/04/2025", "dmy")
    (datetime.datetime(2021, 4, 15, 0, 2), datetime.datetime(2025, 4, 3, 0, 0))
    >>> parse_timestamp("31/02/2025", "dmy") is None
    True
    """
    text = text.strip()
    if found := _YEAR_FIRST.match(text) or _EAST_ASIAN.match(text):
        return _plain(found)
    if order in ("serial", "epoch_ms", "epoch_s"):
        return _counted(text, order)
    if found := _COMPACT.match(text):
        return _plain(found)
    if found := _NUMERIC.match(text):
        a, b = int(found["a"]), int(found["b"])
        if order == "ymd":
            return (
                _built(found, _full_year(found["a"]), b, int(found["year"]))
                if len(found["year"]) == 2 and len(found["a"]) == 2
                else None
            )
        day, month = (a, b) if order == "dmy" else (b, a)
        return _built(found, _full_year(found["year"]), month, day)
    for shape in (_DAY_WORD, _WORD_DAY, _YEAR_WORD):
        if (found := shape.match(text)) and (number := _month(found["name"])):
            return _built(found, _full_year(found["year"]), number, int(found["day"]))
    return _first_day(text, order)


def _first_day(text: str, order: str) -> datetime | None:
    """The first day of a month or a week; "Mar-26" only where the column says that 26 is a year."""
    if found := _YEAR_AND_MONTH.match(text):
        return datetime(int(found["year"]), int(found["month"]), 1)
    if found := _WEEK.match(text):
        try:
            return datetime.fromisocalendar(int(found["year"]), int(found["week"]), 1)
        except ValueError:
            return None
    found = _MONTH_AND_YEAR.match(text)
    if found and (number := _month(found["name"])) and (len(found["year"]) == 4 or order == "month_year"):
        return _built(found, _full_year(found["year"]), number, 1)
    return None


def span_named(text: str) -> str | None:
    """'month' or 'week' where a cell names one and no day.

    >>> span_named("2026-03"), span_named("Mar 2026"), span_named("2026-W14"), span_named("2026-03-01")
    ('month', 'month', 'week', None)
    """
    text = text.strip()
    if _WEEK.match(text):
        return "week"
    is_month = _YEAR_AND_MONTH.match(text) or ((found := _MONTH_AND_YEAR.match(text)) and _month(found["name"]))
    return "month" if is_month else None


def year_of_month(text: str) -> int | None:
    """The two digits behind the name of a month: 26 of Mar-26; None for any other text."""
    found = _MONTH_AND_YEAR.match(text.strip())
    return int(found["year"]) if found and len(found["year"]) == 2 and _month(found["name"]) else None


def _counted(text: str, order: str) -> datetime | None:
    if not _PLAIN_NUMBER.match(text):
        return None
    try:
        if order == "serial":
            when = _EXCEL_ZERO + timedelta(seconds=round(float(text) * 86_400))
        else:
            when = (_EPOCH + timedelta(seconds=float(text) / (1000 if order == "epoch_ms" else 1))).replace(tzinfo=UTC)
    except OverflowError:
        return None
    return when if 1900 <= when.year <= 2199 else None


@lru_cache(maxsize=200_000)
def numeric_date_parts(text: str) -> tuple[int, int, str, int] | None:
    """First and second number, the mark and the count of year digits of a date like 03/04/2025; None for others."""
    found = _NUMERIC.match(text.strip())
    return (int(found["a"]), int(found["b"]), found["mark"], len(found["year"])) if found else None
