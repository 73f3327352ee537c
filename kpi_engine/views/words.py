"""Numbers as a manager says them: compact money, shares, signed changes, dates."""

from __future__ import annotations

import math
from datetime import date

from babel.numbers import get_currency_symbol

MINUS = "−"
NOBODY = "No owner"
"""Whose work it is that names nobody."""

MIN_TEAM = 5
"""A band of fewer people than this would show one of them."""

NOTHING = "–"
"""What stands where there is no number: never a 0."""

_STEPS = ((1e9, "B"), (1e6, "M"), (1e3, "k"))


def is_number(value: float | None) -> bool:
    """Whether there is a finite number.

    >>> is_number(None), is_number(float("nan")), is_number(0)
    (False, False, True)
    """
    return value is not None and math.isfinite(value)


def symbol(currency: str | None) -> str:
    """The sign put before an amount; empty where the currency is not known.

    >>> symbol("AUD"), symbol("CHF"), symbol(None)
    ('A$', 'CHF ', '')
    """
    if not currency:
        return ""
    sign = get_currency_symbol(currency, locale="en")
    return f"{sign} " if sign.isalpha() else sign


def compact(size: float) -> str:
    """The size of an amount in at most four figures.

    >>> compact(96_300_000_000.0), compact(4400.0), compact(12.4)
    ('96.3B', '4.4k', '12')
    """
    for step, suffix in _STEPS:
        if size >= step * 0.9995:
            scaled = size / step
            digits = 0 if scaled >= 99.95 else 1 if scaled >= 9.995 else 2
            if suffix == "k":
                digits = 0 if scaled >= 9.95 else 1
            return f"{scaled:.{digits}f}{suffix}"
    return f"{size:.0f}"


def money(value: float | None, currency: str | None = None, signed: bool = False) -> str:
    """An amount in at most four figures.

    >>> money(1234567.0, "AUD"), money(-4400.0), money(None), money(12.4, signed=True)
    ('A$1.23M', '−4.4k', '–', '+12')
    """
    if value is None or not is_number(value):
        return NOTHING
    text = compact(abs(value))
    sign = "" if text == "0" else MINUS if value < 0 else "+" if signed else ""
    return f"{sign}{symbol(currency)}{text}"


def share(value: float | None, digits: int = 0) -> str:
    """A share as per cent. What is not nothing never reads 0 %, and what is not all never 100 %.

    >>> share(0.3456), share(0.3456, 1), share(None)
    ('35 %', '34.6 %', '–')
    >>> share(0.0023), share(0.00004), share(0.0), share(0.9972)
    ('0.2 %', 'under 0.1 %', '0 %', '99.7 %')
    """
    if value is None or not is_number(value):
        return NOTHING
    small = 0 < abs(value) < _SMALLEST
    return f"{f'under {_SMALLEST * 100:g}' if small else _per_cent(value, digits)} %"


def share_span(lower: float | None, upper: float | None) -> str:
    """An interval of shares; the ends have as many digits as it takes to tell them from nothing and from all.

    >>> share_span(0.384, 0.501), share_span(None, None)
    ('38–50 %', '–')
    >>> share_span(0.0011, 0.0042), share_span(0.0002, 0.03)
    ('0.1–0.4 %', '0.02–3 %')
    >>> share_span(0.0000001, 0.0000004), share_span(0.000001, 0.0004)
    ('under 0.01 %', '0–0.04 %')
    """
    if lower is None or upper is None or not is_number(lower) or not is_number(upper):
        return NOTHING
    if 0 < upper < _TOO_SMALL:
        return "under 0.01 %"
    return f"{_per_cent(lower)}–{_per_cent(upper)} %"


_SMALLEST = 0.001
_TOO_SMALL = 0.00005


def _per_cent(value: float, digits: int = 0) -> str:
    """A share in per cent, with more digits where it would read as nothing or as all and is not."""
    size = abs(value) * 100
    while 0 < size < 100 and digits < 2 and float(f"{size:.{digits}f}") in (0.0, 100.0):
        digits += 1
    text = f"{value * 100:.{digits}f}"
    return "0" if float(text) == 0.0 else text


def points(value: float | None) -> str:
    """A difference of two shares, in percentage points.

    >>> points(0.021), points(-0.004), points(0.0)
    ('+2.1 pts', '−0.4 pts', '0.0 pts')
    """
    if value is None or not is_number(value):
        return NOTHING
    text = f"{abs(value) * 100:.1f}"
    sign = "" if text == "0.0" else MINUS if value < 0 else "+"
    return f"{sign}{text} pts"


def count(value: float | None) -> str:
    """A whole number with thousands apart.

    >>> count(25300), count(None)
    ('25,300', '–')
    """
    return NOTHING if value is None or not is_number(value) else f"{value:,.0f}"


def many(number: int, one: str, more: str | None = None) -> str:
    """A number with its noun.

    >>> many(1, "deal"), many(1200, "deal"), many(2, "reply", "replies")
    ('1 deal', '1,200 deals', '2 replies')
    """
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def day(value: date) -> str:
    """A date without room for doubt.

    >>> day(date(2026, 8, 3))
    '3 Aug 2026'
    """
    return f"{value.day} {value:%b %Y}"


def near_day(value: date) -> str:
    """A date whose year is plain from what stands around it.

    >>> near_day(date(2026, 8, 3))
    '3 Aug'
    """
    return f"{value.day} {value:%b}"


def low(label: str) -> str:
    """A label inside a sentence; what is written in capitals stays so.

    >>> low("Meetings held"), low("EV / TV")
    ('meetings held', 'EV / TV')
    """
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def listed(words: list[str]) -> str:
    """Words in a row.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
