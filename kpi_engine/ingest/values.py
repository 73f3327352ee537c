"""Columns of text as columns of values, whole columns at a time.

Clean cells are cast by Arrow; only the distinct odd ones are looked at one by one (``formats`` reads those).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpi_engine.ingest.casting import (
    ERROR_CELLS,
    Bad,
    Column,
    Converted,
    Parsed,
    Reading,
    all_true,
    any_true,
    clean_or_one_by_one,
    error_cell,
    holds,
    null_empty,
    one_by_one,
    rows_where,
    tried,
    whole_of,
)
from kpi_engine.ingest.flags import flag
from kpi_engine.ingest.formats import (
    BLANKS,
    EMPTY_LOOKUPS,
    parse_minutes,
    parse_number,
    parse_timestamp,
    span_named,
)
from kpi_engine.ingest.salesforce_ids import long_salesforce_ids
from kpi_engine.names import Type

MONEY = pa.decimal128(18, 2)
STAMP = pa.timestamp("us")
_CENT = Decimal("0.01")
_LARGEST = Decimal(10) ** 16

_MONEY_SHAPE = r"^[+-]?\d{1,16}(\.\d{1,2})?$"
_ISO = r"^(19|20|21)\d{2}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?$"
_ISO_ZONE = r"^(19|20|21)\d{2}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})$"


def convert(cells: Column, column_type: Type, reading: Reading) -> Converted:
    """Type a column of text (trimmed, '' where empty). A blank becomes null; what cannot be read is in ``bad``."""
    return _CONVERTERS[column_type](cells, reading)


def text(cells: Column, reading: Reading) -> Converted:
    """Text as it stands; the error cells of a spreadsheet become blank, Odoo's guard before = + - @ is taken off."""
    notes: dict[str, list[int]] = {}
    if holds(cells, b"#"):
        is_error = pc.is_in(cells, pa.array(sorted(ERROR_CELLS)))
        rows = rows_where(is_error)
        if rows:
            notes["An error of a spreadsheet stood here; it is taken as blank."] = rows
            cells = pc.if_else(is_error, "", cells)
    return Converted(null_empty(_unguarded(cells)), notes=notes)


def lookup(cells: Column, reading: Reading) -> Converted:
    """Text that may be a CRM's id (owner, account): Salesforce's empty lookups become blank, its short ids long.
    Blanks within a name are one, however many stand there."""
    converted = text(cells, reading)
    if any(holds(cells, wide.encode()) for wide in ("  ", "\u00a0")):
        converted.values = pc.replace_substring_regex(converted.values, r"[\s\x{a0}]+", " ")
    empty = pc.is_in(cells, pa.array(sorted(EMPTY_LOOKUPS)))
    if any_true(empty):
        converted.values = pc.if_else(empty, pa.scalar(None, pa.string()), converted.values)
    converted.values = long_salesforce_ids(converted.values)
    return converted


def identity(cells: Column, reading: Reading) -> Converted:
    """Ids: text, never a number. Empty lookups become blank; a 15-character Salesforce id gets its 18."""
    blank = pc.is_in(cells, pa.array(sorted(_BLANK_IDS)))
    if any_true(blank):
        cells = pc.if_else(blank, "", cells)
    bad: dict[int, Bad] = {}
    if holds(cells, b"#"):
        bad |= dict.fromkeys(rows_where(pc.is_in(cells, pa.array(sorted(ERROR_CELLS)))), error_cell())
    cells = long_salesforce_ids(_unguarded(cells))
    if holds(cells, b"E+") or holds(cells, b"e+"):
        rounded = pc.match_substring_regex(cells, r"^\d(\.\d+)?[eE]\+\d+$")
        todo = "Export the ids as text, or open the export without a spreadsheet in between, and upload again."
        bad |= dict.fromkeys(
            rows_where(rounded), Bad("A spreadsheet has rounded this id, so it no longer tells one from another.", todo)
        )
    notes: dict[str, list[int]] = {}
    if holds(cells, b".0"):
        whole = pc.match_substring_regex(cells, r"^\d+\.0$")
        if all_true(pc.or_(whole, pc.equal(cells, ""))):
            notes["The ids were written as decimal numbers; '.0' was taken off."] = rows_where(whole)[:1]
            cells = pc.replace_substring_regex(cells, r"\.0$", "")
    if holds(cells, b";"):
        several = pc.match_substring_regex(cells, r"^[\w-]+(\s*;\s*[\w-]+)+$")
        if rows := rows_where(several):
            notes["The cell names several; the first one is taken."] = rows
            cells = pc.if_else(several, pc.replace_substring_regex(cells, r"\s*;.*$", ""), cells)
    return Converted(null_empty(cells), bad, notes)


def money(cells: Column, reading: Reading) -> Converted:
    """DECIMAL(18,2); more than two decimals are rounded half to even, and noted."""
    factor = Decimal(str(reading.factor))

    def parse(cell: str) -> Parsed:
        number = parse_number(cell, reading.decimal_mark)
        if number is None:
            return None, _not_a_number(cell, reading.decimal_mark), None
        number *= factor
        rounded = number.quantize(_CENT, rounding=ROUND_HALF_EVEN) if abs(number) < _LARGEST else number
        if abs(rounded) >= _LARGEST:
            return (
                None,
                Bad(
                    "The amount has more than 16 digits before the decimal mark.",
                    "Correct the amount and upload again.",
                ),
                None,
            )
        note = (
            None
            if rounded == number
            else "The amount has more than two decimals; it is rounded to cents (half to even)."
        )
        return rounded, None, note

    shape = _MONEY_SHAPE if reading.decimal_mark == "." else r"^[+-]?\d{1,16}$"
    if factor != 1:
        return one_by_one(cells, MONEY, parse)
    converted = clean_or_one_by_one(
        cells, MONEY, lambda c: pc.cast(c, MONEY), shape, parse, quick=reading.decimal_mark == "."
    )
    converted.bad |= _other_marks(cells, reading.decimal_mark)
    return converted


def _other_marks(cells: Column, decimal_mark: str) -> dict[int, Bad]:
    """Amounts that are probably written with the other decimal mark: 70,000 where all others have cents (1.234,56)."""
    if not holds(cells, decimal_mark.encode()):
        return {}
    # Most columns have cents at most: that is found out without looking at every cell letter by letter.
    at = pc.find_substring(cells, decimal_mark)
    if not any_true(pc.and_(pc.greater_equal(at, 0), pc.greater(pc.subtract(pc.binary_length(cells), at), 3))):
        return {}
    mark = re.escape(decimal_mark)
    alone = pc.match_substring_regex(cells, rf"^[^\d]*[1-9]\d{{0,2}}{mark}\d{{3}}[^\dkKmMbBtT]*$")
    rows = rows_where(alone)
    if not rows:
        return {}
    cents = pc.match_substring_regex(cells, rf"\d{mark}\d{{1,2}}[^\d]*$")
    longer = pc.match_substring_regex(cells, rf"\d{mark}\d{{3,}}[^\d]*$")
    if not any_true(cents) or any_true(pc.and_not(longer, alone)):
        return {}
    found = {}
    for row, cell in zip(rows, cells.filter(alone).to_pylist(), strict=True):
        fraction, whole = (parse_number(cell, m) for m in (decimal_mark, "," if decimal_mark == "." else "."))
        why = f"'{cell}' may mean {fraction:f} or {whole:f}: no other amount of this column has three decimals."
        found[row] = Bad(why, "Write the amount as the others are written and upload again.")
    return found


def number(cells: Column, reading: Reading) -> Converted:
    """A double."""

    def parse(cell: str) -> Parsed:
        found = parse_number(cell, reading.decimal_mark)
        if found is None:
            return None, _not_a_number(cell, reading.decimal_mark), None
        return float(found) * reading.factor, None, None

    shape = r"^[+-]?\d{1,15}(\.\d{1,15})?$" if reading.decimal_mark == "." else r"^[+-]?\d{1,15}$"
    return clean_or_one_by_one(
        cells, pa.float64(), lambda c: pc.multiply(pc.cast(c, pa.float64()), reading.factor), shape, parse
    )


def minutes(cells: Column, reading: Reading) -> Converted:
    """A duration in minutes, from numbers (times the reading's factor), HH:MM:SS or '1h 30m'."""
    scale = reading.factor

    def parse(cell: str) -> Parsed:
        found = parse_minutes(cell, reading.decimal_mark)
        if found is None:
            return (
                None,
                Bad(f"'{cell}' is no duration.", "Write it as minutes or as hours:minutes and upload again."),
                None,
            )
        is_number = parse_number(cell, reading.decimal_mark) is not None
        return found * (scale if is_number else 1.0), None, None

    shape = r"^\d{1,15}$"
    return clean_or_one_by_one(
        cells, pa.float64(), lambda c: pc.multiply(pc.cast(c, pa.float64()), scale), shape, parse
    )


def share(cells: Column, reading: Reading) -> Converted:
    """A probability from 0 to 1; divided by 100 where the column is written in percent or the cell has the sign."""

    def parse(cell: str) -> Parsed:
        found = parse_number(cell, reading.decimal_mark)
        if found is None:
            return None, _not_a_number(cell, reading.decimal_mark), None
        value = float(found) / 100 if reading.percent or "%" in cell else float(found)
        if not 0 <= value <= 1:
            why = f"'{cell}' is no probability: one lies between 0 and 100 %."
            return None, Bad(why, "Correct the probability and upload again."), None
        return value, None, None

    return one_by_one(cells, pa.float64(), parse)


def timestamp(cells: Column, reading: Reading) -> Converted:
    """A moment on the business's wall clock; a cell with an offset is moved to the store's time zone."""
    zone = ZoneInfo(reading.timezone)

    def parse(cell: str) -> Parsed:
        when = parse_timestamp(cell, reading.date_order)
        if when is None:
            return None, _not_a_date(cell, reading.date_order), None
        span = span_named(cell)
        note = f"The cell names a {span} and no day; its first day is taken." if span else None
        return (when.astimezone(zone).replace(tzinfo=None) if when.tzinfo else when), None, note

    zoned = _zoned(cells, reading.timezone)
    if zoned is not None:
        return Converted(zoned)
    return clean_or_one_by_one(cells, STAMP, lambda c: pc.cast(c, STAMP), _ISO, parse, quick=True, check=_years_known)


def day(cells: Column, reading: Reading) -> Converted:
    """A day: the date part of a timestamp."""
    converted = timestamp(cells, reading)
    days = pc.cast(pc.floor_temporal(converted.values, unit="day"), pa.date32())
    return Converted(days, converted.bad, converted.notes)


_FIRST_OF_MONTH = "The cell names a month and no day; its first day is taken."


def day_at_latest(cells: Column, reading: Reading) -> Converted:
    """A day something is expected by: the last one where a cell names a month."""
    converted = day(cells, reading)
    rows = converted.notes.pop(_FIRST_OF_MONTH, None)
    if rows is None:
        return converted
    days = whole_of(converted.values)
    one_day = pa.scalar(1, pa.int32())
    within_next = pc.add(pc.cast(days, pa.int32()), pa.scalar(31, pa.int32()))
    begins_next = pc.floor_temporal(pc.cast(within_next, pa.date32()), unit="month")
    ends = pc.cast(pc.subtract(pc.cast(begins_next, pa.int32()), one_day), pa.date32())
    is_month = np.zeros(len(days), dtype=bool)
    is_month[rows] = True
    converted.values = pa.chunked_array([pc.if_else(pa.array(is_month), ends, days)])
    converted.notes[_FIRST_OF_MONTH.replace("first", "last")] = rows
    return converted


_CONVERTERS: Mapping[Type, Callable[[Column, Reading], Converted]] = {
    Type.TEXT: text,
    Type.STATUS: text,
    Type.ID: identity,
    Type.MONEY: money,
    Type.SHARE: share,
    Type.TIMESTAMP: timestamp,
    Type.DATE: day,
    Type.FLAG: flag,
    Type.NUMBER: number,
}


def _zoned(cells: Column, timezone: str) -> Column | None:
    """A column of ISO moments that all carry an offset; None for any other."""
    first = next((c for c in cells.slice(0, 1000).to_pylist() if c), "")
    if not re.match(_ISO_ZONE, first) or not all_true(
        pc.or_(pc.match_substring_regex(cells, _ISO_ZONE), pc.equal(cells, ""))
    ):
        return None
    moments = tried(lambda c: pc.cast(c, pa.timestamp("us", "UTC")), null_empty(cells))
    if moments is None:
        return None
    return (
        pc.cast(moments, STAMP)
        if timezone == "UTC"
        else pc.local_timestamp(pc.cast(moments, pa.timestamp("us", timezone)))
    )


def _years_known(values: Column) -> bool:
    """The range the one-by-one reader accepts, too."""
    span = pc.min_max(values).as_py()
    return span["min"] is None or (datetime(1900, 1, 1) <= span["min"] and span["max"] < datetime(2200, 1, 1))


# --- sentences -----------------------------------------------------------------------------------------------------


def _not_a_number(cell: str, mark: str) -> Bad:
    other = "." if mark == "," else ","
    if parse_number(cell, other) is not None:
        why = f"'{cell}' does not fit the other numbers of the column, which write decimals with '{mark}'."
        return Bad(why, "Write the number like the others and upload again.")
    return Bad(f"'{cell}' is no number.", "Correct the number and upload again.")


_DAY_FIRST = re.compile(r"^(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})")
_MONTHS = tuple(calendar.month_name)


def _not_a_date(cell: str, order: str) -> Bad:
    todo = "Correct the date and upload again."
    found = _DAY_FIRST.match(cell)
    if found:
        a, b, c = (int(part) for part in found.groups())
        year_first = len(found.group(1)) == 4
        day_, month = (c, b) if year_first or order == "ymd" else (a, b) if order == "dmy" else (b, a)
        if 1 <= month <= 12 and day_ >= 29:
            return Bad(f"There is no {day_} {_MONTHS[month]}{_in_year(day_, month)}.", todo)
        if month > 12 and order in ("dmy", "mdy") and not year_first:
            words = "day/month/year" if order == "dmy" else "month/day/year"
            return Bad(
                f"'{cell}' is no date as {words}, the order of the other dates.",
                "Write all dates in one order and upload again.",
            )
    return Bad(f"'{cell}' is no date.", todo)


def _in_year(day_: int, month: int) -> str:
    return " in that year" if (day_, month) == (29, 2) else ""


# --- small steps ---------------------------------------------------------------------------------------------------

_BLANK_IDS = {form for word in BLANKS if word for form in (word, word.upper(), word.capitalize(), word.title())} | {
    "000000000000000",
    "000000000000000AAA",
}


def _unguarded(cells: Column) -> Column:
    """Odoo (and careful others) write ``'=x`` for text that begins with a formula's sign."""
    if not holds(cells, b"'"):
        return cells
    return pc.replace_substring_regex(cells, r"^'([=+\-@])", r"\1")
