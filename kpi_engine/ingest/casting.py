"""The two ways a column of text becomes a column of values: clean cells at once by Arrow, odd ones one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpi_engine.ingest.formats import says_nothing

Column: TypeAlias = pa.ChunkedArray

_ERRORS = "#REF!|#N/A|#VALUE!|#NAME?|#DIV/0!|#NULL!|#NUM!|#ERROR!|#SPILL!|#CALC!|#GETTING_DATA"
ERROR_CELLS = frozenset(_ERRORS.split("|"))


@dataclass(frozen=True)
class Bad:
    """Why a cell cannot be taken for a value of its column, and what to do about it."""

    why: str
    what_to_do: str


@dataclass
class Converted:
    """A typed column. ``bad``: row → why. ``notes``: what was done → rows whose cells were taken otherwise."""

    values: Column
    bad: dict[int, Bad] = field(default_factory=dict)
    notes: dict[str, list[int]] = field(default_factory=dict)


Parsed = tuple[object, Bad | None, str | None]
"""A value (None for blank), or why there is none, and what is to be noted."""


@dataclass(frozen=True)
class Reading:
    """How the cells of one column are written."""

    date_order: str = "ymd"
    decimal_mark: str = "."
    percent: bool = False
    timezone: str = "UTC"
    factor: float = 1.0
    """What plain numbers are multiplied with to give the canonical unit."""


def clean_or_one_by_one(
    cells: Column,
    target: pa.DataType,
    cast: Callable[[Column], Column],
    shape: str,
    parse: Callable[[str], Parsed],
    *,
    quick: bool = False,
    check: Callable[[Column], bool] = lambda values: True,
) -> Converted:
    """Cast the cells of a clean shape at once, and parse the distinct others.

    ``quick``: try to cast the whole column first; right where the cast refuses all that the shape would.
    """
    filled = null_empty(cells)
    if quick:
        values = tried(cast, filled)
        if values is not None and check(values):
            return Converted(values)
    clean = pc.match_substring_regex(cells, shape)
    values = tried(cast, pc.if_else(clean, filled, pa.scalar(None, pa.string())))
    if values is None or not check(values):
        return one_by_one(cells, target, parse)
    odd = pc.and_(pc.invert(clean), pc.is_valid(filled))
    if not any_true(odd):
        return Converted(values)
    rows = pc.indices_nonzero(whole_of(odd))
    rest = one_by_one(pa.chunked_array([whole_of(cells).take(rows)]), target, parse)
    merged = pc.replace_with_mask(whole_of(values), whole_of(odd), whole_of(rest.values))
    at = rows.to_numpy()
    return Converted(
        pa.chunked_array([merged]),
        {int(at[row]): bad for row, bad in rest.bad.items()},
        {note: [int(at[row]) for row in rows_] for note, rows_ in rest.notes.items()},
    )


def one_by_one(cells: Column, target: pa.DataType, parse: Callable[[str], Parsed]) -> Converted:
    """Parse every distinct cell once, in Python."""
    encoded = whole_of(cells.dictionary_encode().unify_dictionaries())
    values: list[object] = []
    bad_by_code: dict[int, Bad] = {}
    note_by_code: dict[int, str] = {}
    for code, cell in enumerate(encoded.dictionary.to_pylist()):
        value, bad, note = _typed_cell(cell, parse)
        values.append(value)
        if bad:
            bad_by_code[code] = bad
        if note:
            note_by_code[code] = note
    typed = pa.array(values, target).take(encoded.indices) if len(encoded) else pa.array([], target)
    converted = Converted(pa.chunked_array([typed]))
    if bad_by_code or note_by_code:
        codes = encoded.indices.to_numpy()
        for row in np.flatnonzero(np.isin(codes, list(bad_by_code))):
            converted.bad[int(row)] = bad_by_code[int(codes[row])]
        for row in np.flatnonzero(np.isin(codes, list(note_by_code))):
            converted.notes.setdefault(note_by_code[int(codes[row])], []).append(int(row))
    return converted


def _typed_cell(cell: str, parse: Callable[[str], Parsed]) -> Parsed:
    if cell == "":
        return None, None, None
    if cell.upper() in ERROR_CELLS - {"#N/A"}:
        return None, error_cell(), None
    if says_nothing(cell):
        return None, None, f"'{cell}' is taken as blank."
    return parse(cell)


def tried(cast: Callable[[Column], Column], cells: Column) -> Column | None:
    try:
        return cast(cells)
    except pa.ArrowInvalid:  # some cell does not fit: which one is found out cell by cell
        return None


def error_cell() -> Bad:
    return Bad("A spreadsheet wrote an error into this cell.", "Mend the formula and upload again.")


# --- small steps ---------------------------------------------------------------------------------------------------


def null_empty(cells: Column) -> Column:
    return pc.if_else(pc.equal(cells, ""), pa.scalar(None, pa.string()), cells)


def holds(cells: Column, part: bytes) -> bool:
    """Whether these bytes stand anywhere in a column: False only where no cell holds them. Looks at whole buffers."""
    for chunk in cells.chunks:
        data = chunk.buffers()[2]
        if data is not None and data.to_pybytes().find(part) >= 0:
            return True
    return False


def whole_of(column: Column | pa.Array) -> pa.Array:
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole


def any_true(mask: Column) -> bool:
    return bool(pc.any(mask).as_py())


def all_true(mask: Column) -> bool:
    return pc.all(mask).as_py() is not False


def rows_where(mask: Column) -> list[int]:
    return [int(i) for i in np.flatnonzero(np.asarray(mask))]
