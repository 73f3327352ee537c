"""What a reader hands on: the file cut into cells, before anything is set aside."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from kpi_engine.errors import UserFileError
from kpi_engine.ingest.shapes import Issue

MAX_COLUMNS = 2_000
MAX_CELL = 1_000_000
"""Characters (bytes where Arrow counts) one cell may hold."""


@dataclass(frozen=True)
class Grid:
    """A file cut into cells.

    ``table``: ``line`` (int64) and ``c0`` … ``cN`` (string, '' where empty), as wide as the header; padded rows too.
    ``narrow``: lines that hold one cell only and no delimiter. ``short``: padded line → cells it really had.
    ``cut_off``: line of a last row that ends early in a file without a final newline.
    """

    header: tuple[str, ...]
    table: pa.Table
    aside: tuple[Issue, ...]
    delimiter: str | None
    narrow: frozenset[int] = frozenset()
    short: dict[int, int] = field(default_factory=dict)
    cut_off: int | None = None
    sheet: str | None = None
    native: dict[str, str] = field(default_factory=dict)


def table_of(lines: pa.Array | pa.ChunkedArray, columns: list[pa.Array | pa.ChunkedArray]) -> pa.Table:
    """The table of a grid from its parts."""
    return pa.table([lines, *columns], names=["line", *(f"c{i}" for i in range(len(columns)))])


def refuse_wide(n_columns: int, name: str) -> None:
    """Raise UserFileError for a file with more columns than any CRM exports."""
    if n_columns > MAX_COLUMNS:
        raise UserFileError(
            f"{name} has {n_columns:,} columns; at most {MAX_COLUMNS:,} can be read. "
            "Export only the columns you need and upload that."
        )


def large_cell(line: int | None, name: str) -> UserFileError:
    """The refusal of a file with a cell no CRM would write."""
    where = "A cell" if line is None else f"A cell near line {line:,}"
    return UserFileError(
        f"{where} of {name} holds more than {MAX_CELL:,} characters, so the file is damaged "
        "(often a quotation mark that is never closed). Export it again and upload the new file."
    )


def shown(cells: list[str] | tuple[str, ...]) -> str:
    """A row as the value of an issue: its cells, cut to a readable length."""
    text = " | ".join(c for c in cells if c)
    return text if len(text) <= 120 else text[:117] + "…"


def unique_names(cells: list[str], name: str) -> tuple[str, ...]:
    """Header names, trimmed; a repeated one gets a number, so that no column hides another.

    >>> unique_names(["Amount", "amount", " Amount "], "deals.csv")
    ('Amount', 'amount', 'Amount (2)')
    """
    refuse_wide(len(cells), name)
    taken: set[str] = set()
    names: list[str] = []
    for cell in cells:
        base = " ".join(cell.split())
        unique, n = base, 1
        while unique and unique in taken:
            n += 1
            unique = f"{base} ({n})"
        taken.add(unique)
        names.append(unique)
    return tuple(names)
