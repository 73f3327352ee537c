"""What whole columns say of themselves: the order of their dates, their decimal mark, whether shares are 0–100.

A column of millions is never walked cell by cell: short texts are taken together first (a date's first ten letters),
and numbers are judged on cells spread evenly over the column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpi_engine.ingest.formats import (
    numeric_date_parts,
    parse_number,
    parse_timestamp,
    says_nothing,
    year_of_month,
)
from kpi_engine.ingest.shapes import Staged

_SPREAD = 20_000
_YEAR_FIRST = re.compile(r"^\d{4}[-/.]\d{1,2}[-/.]|^\d{4}[-/ ][^\W\d_]{3}|^(?:19|20)\d{2}[01]\d[0-3]\d(?:$|[tT])")
_NUMERIC_DATE = re.compile(r"^\d{1,2}\s?([-/.])\s?\d{1,2}\s?\1\s?(?:\d{4}|\d{2})(?=\D|$)")
_NUMBER = re.compile(r"^\d+(?:\.\d+)?$")
_PLAIN = re.compile(r"^-?\d+(?P<cents>\.\d{1,2})?$")


class Cells:
    """A staged file's columns, looked at more than once and read only as far as needed."""

    def __init__(self, staged: Staged) -> None:
        self.staged = staged
        self._distinct: dict[tuple[int, int], tuple[str, ...]] = {}
        self._spread: dict[int, tuple[str, ...]] = {}

    def __len__(self) -> int:
        return int(self.staged.table.num_rows)

    def column(self, position: int) -> pa.ChunkedArray:
        """The column's cells as they stand in the file."""
        return self.staged.table.column(f"c{position}")

    def spread(self, position: int) -> tuple[str, ...]:
        """Different cells, not blank, taken evenly over the column: all of them in a file of up to 20,000 rows."""
        if position not in self._spread:
            cells = self.column(position)
            if len(cells) > _SPREAD:
                step = len(cells) // _SPREAD
                cells = cells.take(pa.array(range(0, len(cells), step), type=pa.int64()))
                if not any(_says_something(text) for text in pc.unique(cells).to_pylist()):
                    cells = self.column(position).filter(pc.not_equal(self.column(position), "")).slice(0, _SPREAD)
            self._spread[position] = tuple(text for text in pc.unique(cells).to_pylist() if _says_something(text))
        return self._spread[position]

    def beginnings(self, position: int, letters: int) -> tuple[str, ...]:
        """The different beginnings of all cells that are not blank."""
        if (position, letters) not in self._distinct:
            short = pc.binary_slice(self.column(position).cast(pa.binary()), 0, letters)
            texts = (raw.decode("utf-8", "ignore").strip() for raw in pc.unique(short).to_pylist())
            self._distinct[position, letters] = tuple(text for text in texts if _says_something(text))
        return self._distinct[position, letters]


def different(numbers: np.ndarray) -> int:
    """How many different numbers there are; sorted, which at millions is far quicker than numpy's hashing."""
    ordered = np.sort(numbers)
    return int((ordered[1:] != ordered[:-1]).sum()) + 1 if len(ordered) else 0


def _says_something(text: str) -> bool:
    return not says_nothing(text)


@dataclass(frozen=True)
class DateEvidence:
    """How the cells of one column read as dates."""

    position: int
    cells: int
    settled: int
    """Cells that read one way only: year first, or with the month's name."""
    numeric: tuple[str, ...]
    """Cells like 03/04/2025."""
    counted: int
    """Plain numbers: days as a spreadsheet counts them, or seconds since 1970."""
    unit: str | None
    day_first: int
    month_first: int
    year_short: int
    dotted: bool
    names_months: bool = False
    """Cells like Mar-26, whose numbers are years: they lie close together."""

    @property
    def is_dates(self) -> bool:
        """Whether most cells can be dates; an empty column is no evidence against it."""
        return (
            self.cells == 0 or (self.settled + len(self.numeric) + (self.counted if self.unit else 0)) * 2 >= self.cells
        )


def date_evidence(cells: Cells, position: int) -> DateEvidence:
    """Judge one column as dates, from the first ten letters of all its cells."""
    texts = cells.beginnings(position, 10)
    if len(texts) > 5 * _SPREAD:
        texts = texts[:: len(texts) // (5 * _SPREAD)]
    settled, numeric, numbers, other = 0, [], [], 0
    for text in texts:
        if _YEAR_FIRST.match(text):
            settled += 1
        elif found := _NUMERIC_DATE.match(text):
            numeric.append(found.group())
        elif _NUMBER.match(text):
            numbers.append(text)
        else:
            other += 1
    names_months = bool(other) and _names_months(cells.spread(position))
    if other:
        # With the month's name, or no date at all: ten letters do not tell, whole cells do.
        whole = [t for t in cells.spread(position) if not (_YEAR_FIRST.match(t) or _NUMERIC_DATE.match(t))][:500]
        order = "month_year" if names_months else "ymd"
        settled += round(other * sum(parse_timestamp(t, order) is not None for t in whole) / max(len(whole), 1))
    parts = [p for p in map(numeric_date_parts, numeric) if p]
    if parts and all(year == 2 for _, _, _, year in parts) and _short_years_first(numeric):
        parts, year_short = [], len(parts)
    else:
        year_short = sum(a > 31 and year == 2 for a, _, _, year in parts)
    return DateEvidence(
        position=position,
        cells=len(texts),
        settled=settled,
        numeric=tuple(numeric),
        counted=len(numbers),
        unit=_unit(cells.spread(position)) if numbers and len(numbers) * 2 >= len(texts) else None,
        day_first=sum(a > 12 and _exists(a, b) for a, b, _, _ in parts),
        month_first=sum(b > 12 and _exists(b, a) for a, b, _, _ in parts),
        year_short=year_short,
        dotted=bool(parts) and all(mark == "." for _, _, mark, _ in parts),
        names_months=names_months,
    )


_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _exists(day: int, month: int) -> bool:
    """Whether a month has that day in some year: 31/02 is a slip in either order, and tells none."""
    return 1 <= month <= 12 and 1 <= day <= _LONGEST[month - 1]


_YEARS_APART = 6
"""Years of one column, as a pipeline has them, lie no further apart; days of a month do."""


def _names_months(texts: Iterable[str]) -> bool:
    """Whether the column's cells name a month and a year of two digits (Mar-26), and not a month and a day."""
    numbers = [year_of_month(text) for text in texts]
    years = [number for number in numbers if number is not None]
    if len(years) * 2 <= len(numbers):
        return False
    return max(years) - min(years) <= _YEARS_APART and min(years) >= 10


def _short_years_first(texts: Iterable[str]) -> bool:
    """Whether dates of three pairs of digits have the year first: the first pair hardly changes, the last takes the
    days of a month."""
    parts = [tuple(map(int, re.split(r"\D+", text.strip()))) for text in texts]
    if len(parts) < _ENOUGH_DATES or any(len(p) != 3 or p[2] > 31 for p in parts):
        return False
    first, last = [p[0] for p in parts], [p[2] for p in parts]
    is_steady, is_wide = max(first) - min(first) <= _YEARS_APART // 2, max(last) - min(last) >= 2 * _YEARS_APART
    return is_steady and is_wide and min(first) >= 10


_ENOUGH_DATES = 5


def _unit(texts: Iterable[str]) -> str | None:
    values = sorted(float(text) for text in texts if _NUMBER.match(text))
    if not values:
        return None
    middle = values[len(values) // 2]
    if 15_000 <= middle <= 80_000:
        return "serial"
    if 5e8 <= middle <= 5e9:
        return "epoch_s"
    return "epoch_ms" if 5e11 <= middle <= 5e12 else None


@dataclass(frozen=True)
class NumberEvidence:
    """How the cells of one column read as numbers."""

    position: int
    cells: int
    numbers: int
    point: int
    """Cells that are numbers only with a decimal point."""
    comma: int
    """Cells that are numbers only with a decimal comma."""
    either: tuple[str, ...]
    """Cells that are a different number with each: 1.234."""
    has_percent_sign: bool

    @property
    def is_numbers(self) -> bool:
        """Whether most cells can be numbers; an empty column is no evidence against it."""
        return self.cells == 0 or self.numbers * 2 >= self.cells


def number_evidence(cells: Cells, position: int) -> NumberEvidence:
    """Judge one column as numbers."""
    texts = cells.spread(position)
    evidence = _numbers(position, texts)
    if len(cells) > _SPREAD and evidence.either and not (evidence.point or evidence.comma):
        # The spread settles nothing: only now look at every different cell.
        evidence = _numbers(position, [t for t in pc.unique(cells.column(position)).to_pylist() if _says_something(t)])
    return evidence


def _numbers(position: int, texts: Iterable[str]) -> NumberEvidence:
    count = numbers = point = comma = 0
    either: list[str] = []
    percent = False
    for text in texts:
        count += 1
        if plain := _PLAIN.match(text):
            numbers += 1
            point += plain["cents"] is not None
            continue
        as_point, as_comma = parse_number(text, "."), parse_number(text, ",")
        if as_point is None and as_comma is None:
            continue
        numbers += 1
        percent = percent or text.rstrip().endswith("%")
        if as_comma is None:
            point += 1
        elif as_point is None:
            comma += 1
        elif as_point != as_comma:
            either.append(text)
    return NumberEvidence(position, count, numbers, point, comma, tuple(either), percent)


def is_percent(cells: Cells, position: int, decimal_mark: str, crm: str | None) -> bool:
    """Whether a share column is written 0–100, decided from the whole column.

    Only zeros and ones are left open by the values: HubSpot writes shares, everyone else whole per cents only where a
    cell or another value says so.
    """
    texts = cells.spread(position)
    values = [float(v) for v in (parse_number(t, decimal_mark) for t in texts) if v is not None]
    if not values:
        return False
    if any(t.rstrip().endswith("%") for t in texts):
        return True
    if crm == "hubspot":
        return sum(v > 1 for v in values) * 2 > len(values)
    return max(values) > 1
