"""Rows that are no data: blank lines, repeated headers, totals, group headings and the footers of a report.

Nothing disappears: each such row becomes an issue that says what it was taken for.
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpi_engine.ingest.formats import parse_number, parse_timestamp, says_nothing
from kpi_engine.ingest.grid import Grid, shown
from kpi_engine.ingest.shapes import Effect, Issue

_TOTAL = (
    r"(?i)^\s*((grand|sub|overall|report|page|running|sum of)[ -]?)?"
    r"(totals?|gesamt(summe|ergebnis|betrag|wert)?|insgesamt|summe|zwischensumme|total (general|général|geral|generale)"
    r"|totale|totaal|totaux|suma( total)?|somme( totale)?|soma|sum|count|average|avg"
    r"|total (amount|value|revenue|records|deals|opportunities))"
    r"\s*(\([^)]*\)|[:=]|[:=]?\s*\d+ \w+)?\s*:?\s*$"
)
_SUBTOTAL = r"(?i)^\S.* (totals?|sub-?total|gesamt|ergebnis|totale)\s*:?\s*$"
"""What a spreadsheet's own subtotals are called: 'Anna Berger Total'."""
_FOOTER = re.compile(
    r"copyright|©|\(c\) ?\d{4}|confidential|do not distribute|generated (by|on|at|from)|all rights reserved"
    r"|exported (by|on|at|from)"
    r"|created (by|on) .*report|^report (name|generated|run)|^as of |^page \d+|^printed|erstellt (am|von)|vertraulich"
    r"|^\(?\d[\d,.]* (records?|rows?|results?)\b|^(end of|--+|==+)",
    re.IGNORECASE,
)
_GROUP = r"^.+\(\d+\)\s*$"
_CURRENCY = re.compile(r"^[A-Z]{3}$")
_COUNT = re.compile(r"^\d+ \w+$")
_MAX_FOOTER = 60
_SOME = 50
"""So many cells show whether a column holds names or numbers."""


def trimmed(table: pa.Table) -> pa.Table:
    """The same table with outer spaces taken off every cell."""
    columns = [_trimmed(c) if name != "line" else c for name, c in zip(table.column_names, table.columns, strict=True)]
    return pa.table(columns, names=table.column_names)


def _trimmed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.utf8_trim_whitespace(column) if any(_may_have_outer_space(chunk) for chunk in column.chunks) else column


_SPACE_LIKE = np.zeros(256, dtype=bool)
_SPACE_LIKE[[*range(9, 14), *range(28, 33), *range(128, 256)]] = True


def _may_have_outer_space(chunk: pa.Array) -> bool:
    """Whether a cell begins or ends with white space, or with a letter beyond ASCII (which may be one)."""
    offsets = np.frombuffer(chunk.buffers()[1], np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
    if len(offsets) < 2 or offsets[0] == offsets[-1]:
        return False
    data = np.frombuffer(chunk.buffers()[2], np.uint8)
    filled = np.flatnonzero(np.diff(offsets))
    first, last = data[offsets[:-1][filled]], data[offsets[1:][filled] - 1]
    return bool(_SPACE_LIKE[first].any() or _SPACE_LIKE[last].any())


def set_aside(grid: Grid) -> tuple[pa.Table, tuple[Issue, ...]]:
    """Part the rows of a grid into those that look like data and issues about the others.

    Returns
    -------
    table : pa.Table
        The data rows, outer spaces taken off, in the file's order.
    issues : tuple of Issue
        One per row set aside, ordered by line; those the reader had already set aside are among them.
    """
    table = trimmed(grid.table)
    found: list[Issue] = list(grid.aside)
    filled = _n_filled(table)
    width = len(grid.header)
    keep = np.ones(table.num_rows, dtype=bool)

    def take_out(rows: np.ndarray, effect: Effect, why: str, what_to_do: str = "Nothing to do.") -> None:
        if len(rows) == 0:
            return
        for row in table.take(pa.array(rows)).to_pylist():
            line = row.pop("line")
            found.append(Issue(line, None, shown(list(row.values())) or None, effect, why, what_to_do))
        keep[rows] = False

    take_out(np.flatnonzero(filled == 0), "blank", "The line is blank.")
    headings = _repeats_header(table, grid.header)
    of_groups = _named_above(table, filled, headings)
    take_out(np.flatnonzero(headings & keep), "skipped", "The header is repeated here.")
    take_out(of_groups, "skipped", "The heading of a group, not a row itself.")
    if grid.cut_off is not None and not _is_footer(grid, table, filled):
        cut = np.flatnonzero((table["line"].to_numpy() == grid.cut_off) & keep)
        why = "The file ends in the middle of this line: the export or the download was cut off."
        take_out(cut, "rejected", why, "Export the file again and upload the new one.")
    take_out(_footer_rows(grid, table, filled, keep), "skipped", "A footer of the report, not a row of the table.")
    totals = _total_rows(table, filled, keep, width)
    take_out(totals, "skipped", "A total of other rows, not a row itself.")
    if grid.sheet is not None:
        groups = _group_rows(table, filled, keep, width)
        take_out(groups, "skipped", "The heading of a group with its subtotals, not a row itself.")
    sums, further = _beside_the_rows(table, filled, keep, width)
    take_out(sums, "skipped", "A line of sums without a name, taken for a total.")
    take_out(further, "skipped", "Further values of the row above, on a line of their own.")
    if not keep.all():
        table = table.filter(pa.array(keep))
    return table, tuple(sorted(found, key=lambda issue: issue.line or 0))


def _n_filled(table: pa.Table) -> np.ndarray:
    """How many cells of each row hold something."""
    n = np.zeros(table.num_rows, dtype=np.int32)
    for column in table.columns[1:]:
        n += pc.greater(pc.binary_length(column), 0).to_numpy()
    return n


def _repeats_header(table: pa.Table, header: tuple[str, ...]) -> np.ndarray:
    """Rows equal to the header (its made-unique names stand for the plain ones)."""
    plain = [re.sub(r" \(\d+\)$", "", name) for name in header]
    same = np.ones(table.num_rows, dtype=bool)
    for i in sorted(range(len(header)), key=lambda i: header[i] == ""):
        if not same.any():
            break
        column = table[f"c{i}"]
        same &= pc.or_(pc.equal(column, header[i]), pc.equal(column, plain[i])).to_numpy()
    return same


def _only_first(table: pa.Table, filled: np.ndarray) -> np.ndarray:
    return (filled == 1) & pc.greater(pc.binary_length(table["c0"]), 0).to_numpy()


def _footer_rows(grid: Grid, table: pa.Table, filled: np.ndarray, keep: np.ndarray) -> np.ndarray:
    """Lines of text after the last full row that a word, a blank line or missing delimiters give away."""
    if len(grid.header) < 3 or table.num_rows == 0:
        return np.array([], dtype=np.int64)
    start = max(0, table.num_rows - _MAX_FOOTER)
    only_first = _only_first(table.slice(start), filled[start:])
    lines = table["line"].slice(start).to_pylist()
    texts = table["c0"].slice(start).to_pylist()
    for i, line in enumerate(lines):
        if (
            line in grid.short and not only_first[i]
        ):  # a footer may hold the dividing character: '… salesforce.com, inc.'
            joined = ", ".join(c for c in _cells(table, start + i) if c)
            if _FOOTER.search(joined):
                only_first[i], texts[i] = True, joined
    block: list[int] = []
    after_blank = False
    for i in range(len(lines) - 1, -1, -1):
        if filled[start + i] == 0:
            after_blank = True
            continue
        if not only_first[i]:
            break
        block.append(i)
    if not block:
        return np.array([], dtype=np.int64)
    told = any(_FOOTER.search(texts[i]) for i in block)
    first = min(block)
    stands_apart = after_blank and first > 0 and filled[start + first - 1] == 0
    rows = [start + i for i in block if (told or stands_apart or lines[i] in grid.narrow) and keep[start + i]]
    return np.array(sorted(rows), dtype=np.int64)


def _is_footer(grid: Grid, table: pa.Table, filled: np.ndarray) -> bool:
    """Whether the line a file ends in is a footer, and so not a row cut off."""
    if grid.cut_off not in grid.narrow:
        return False
    last = table["c0"][-1].as_py()
    before = table.num_rows > 1 and (filled[-2] == 0 or table["line"][-2].as_py() in grid.narrow)
    return bool(_FOOTER.search(last)) or before


def _named_above(table: pa.Table, filled: np.ndarray, headings: np.ndarray) -> np.ndarray:
    """A board's groups: a name alone in the first cell, and beneath it the header once more."""
    if not headings.any():
        return np.array([], dtype=np.int64)
    something = np.flatnonzero(filled > 0)
    above = something[:-1][headings[something[1:]]]
    only_first = _only_first(table.take(pa.array(above)), filled[above])
    return above[only_first & ~headings[above]]


def _total_rows(table: pa.Table, filled: np.ndarray, keep: np.ndarray, width: int) -> np.ndarray:
    """Rows whose first filled cell is a word for total, with nothing but numbers beside it and something missing."""
    found: set[int] = set()
    sparse = filled <= max(2, width // 2)
    for among, columns, pattern in (
        ((filled < width) | (width <= 3), range(min(width, 4)), _TOTAL),
        (sparse, range(4, min(width, 10)), _TOTAL),
        (sparse & (filled > 1), range(min(width, 10)), _SUBTOTAL),
    ):
        candidates = np.flatnonzero(keep & among)
        if len(candidates) == 0 or not len(columns):
            continue
        part = table.take(pa.array(candidates)) if len(candidates) < table.num_rows else table
        is_named = np.zeros(part.num_rows, dtype=bool)
        for i in columns:
            is_named |= pc.match_substring_regex(part[f"c{i}"], pattern).to_numpy()
        found |= {int(candidates[i]) for i in np.flatnonzero(is_named) if _is_total(_cells(part, int(i)), pattern)}
    return np.array(sorted(found), dtype=np.int64)


def _cells(table: pa.Table, row: int) -> list[str]:
    return [str(c[row].as_py()) for c in table.columns[1:]]


def _is_total(cells: list[str], pattern: str) -> bool:
    filled = [c for c in cells if c]
    name, total = re.compile(pattern), re.compile(_TOTAL)
    return bool(name.match(filled[0])) and all(_is_sum(c) or total.match(c) for c in filled[1:])


def _is_sum(cell: str) -> bool:
    """What may stand beside the word total: a number as anybody writes it, the currency it is in, a count of rows."""
    if parse_number(cell, ".") is not None or parse_number(cell, ",") is not None or says_nothing(cell):
        return True
    return _CURRENCY.match(cell) is not None or _COUNT.match(cell) is not None


def _group_rows(table: pa.Table, filled: np.ndarray, keep: np.ndarray, width: int) -> np.ndarray:
    """Odoo's grouped spreadsheet: 'Qualified (12)' in the first cell, sums beside it, the rest empty."""
    candidates = np.flatnonzero(keep & (filled <= max(1, (width + 1) // 2)))
    if len(candidates) == 0 or width < 3:
        return np.array([], dtype=np.int64)
    part = table.take(pa.array(candidates))
    named = np.flatnonzero(pc.match_substring_regex(part["c0"], _GROUP).to_numpy())
    rows = [candidates[i] for i in named if all(_is_sum(c) for c in _cells(part, int(i))[1:] if c)]
    return np.array(rows, dtype=np.int64)


def _beside_the_rows(
    table: pa.Table, filled: np.ndarray, keep: np.ndarray, width: int
) -> tuple[np.ndarray, np.ndarray]:
    """Rows with a few cells and not the names that every other row has: sums, and further values of the row above
    (Odoo writes the second tag of a deal on a line of its own)."""
    nothing = np.array([], dtype=np.int64)
    if width < 3:
        return nothing, nothing
    sparse = keep & (filled > 0) & (filled <= max(1, width // 3))
    rows, others = np.flatnonzero(sparse), np.flatnonzero(keep & ~sparse)
    if not len(rows) or len(others) < 2:
        return nothing, nothing
    whole, part = table.take(pa.array(others)), table.take(pa.array(rows))
    always = [n for n in table.column_names[1:] if (pc.min(pc.binary_length(whole[n])).as_py() or 0) > 0]
    names = [n for n in always if not all(_is_sum(c) for c in whole[n].slice(0, _SOME).to_pylist())]
    if len(names) < 2:
        return nothing, nothing
    unnamed, first = _all_empty(part, ["c0", *names]), _all_empty(part, ["c0"])
    lacking = sum(pc.equal(part[n], "").to_numpy().astype(int) for n in always)
    further_like = first & (lacking >= 3) & (lacking * 3 >= 2 * len(always)) & (rows > others[0])
    sums, further = [], []
    for at in np.flatnonzero(unnamed | further_like):
        cells = [c for c in _cells(part, int(at)) if c]
        if unnamed[at] and all(_is_sum(c) for c in cells):
            sums.append(rows[at])
        elif further_like[at] and not any(_is_sum(c) or parse_timestamp(c, "dmy") for c in cells):
            further.append(rows[at])
    return np.array(sums, dtype=np.int64), np.array(further, dtype=np.int64)


def _all_empty(table: pa.Table, columns: list[str]) -> np.ndarray:
    empty = np.ones(table.num_rows, dtype=bool)
    for column in columns:
        empty &= pc.equal(table[column], "").to_numpy()
    return empty
