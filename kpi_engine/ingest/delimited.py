"""A delimited text file cut into cells, twice over: a fast reader for regular files, a tolerant one for the others.

Both give the same grid for a regular file (a property test holds them to it). The fast one gives up at the first
irregularity and never repairs anything; only the tolerant one decides what to do with a ragged line.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from kpi_engine.errors import UserFileError
from kpi_engine.ingest.grid import MAX_CELL, Grid, large_cell, refuse_wide, shown, table_of, unique_names
from kpi_engine.ingest.header import DELIMITERS, Head, read_head
from kpi_engine.ingest.shapes import Issue

_BLOCK = 8 * 1024**2
_BATCH = 50_000
_MAX_LINE = 64 * 1024**2
_FORMULA_TEXT = re.compile(rb'(^|[,;\t|])="((?:[^"\r\n]|"")*)"(?=[,;\t|\r\n]|\Z)', re.MULTILINE)
_QUOTED_FORMULA_TEXT = re.compile(rb'(^|[,;\t|])"=""((?:[^"\r\n]|"""")*)"""(?=[,;\t|\r\n]|\Z)', re.MULTILINE)
"""Text that a spreadsheet is told to leave as it is: ="007"."""
_QUOTE, _NEWLINE, _RETURN = ord('"'), ord("\n"), ord("\r")


def read_delimited(data: bytes, name: str, *, fast: bool = True) -> Grid:
    """Cut a whole UTF-8 text into cells.

    Parameters
    ----------
    data : bytes
        The file as UTF-8, without a byte-order mark.
    name : str
        What the person calls the file; only for sentences.
    fast : bool
        False: read with the tolerant reader even where the fast one could.
    """
    csv.field_size_limit(MAX_CELL)
    _refuse_endless_line(data, name)
    if data.find(b'="') >= 0:
        data = _FORMULA_TEXT.sub(rb'\1"\2"', _QUOTED_FORMULA_TEXT.sub(rb'\1"\2"', data))
    head = read_head(data)
    if head.records and len(head.records[head.header].cells) == 1:
        unwrapped = _without_quotes_around_lines(data)
        if unwrapped is not None:
            return read_delimited(unwrapped, name, fast=fast)
    if not head.records:
        raise large_cell(1, name)
    header = head.records[head.header]
    refuse_wide(len(header.cells), name)
    names = unique_names(header.cells, name)
    titles = tuple(_title(r.line, r.cells) for r in head.records[: head.header])
    body = _Body(data, _offset_of_line(data, header.next_line), header.next_line, head.delimiter, len(names))
    if body.start >= len(data):
        nothing = table_of(pa.array([], pa.int64()), [pa.array([], pa.string())] * len(names))
        return Grid(names, nothing, titles, head.delimiter)
    table = _read_fast(body, name) if fast and body.width > 1 else None
    if table is not None:
        return Grid(names, table, titles, head.delimiter)
    return _read_tolerant(body, names, titles, head, name)


def _without_quotes_around_lines(data: bytes) -> bytes | None:
    """A file whose every line is one quoted cell, as a spreadsheet writes a CSV it did not divide: the lines as they
    were before. None for any other file."""
    if not data.lstrip().startswith(b'"'):
        return None
    inside = []
    for line in io.StringIO(data.decode("utf-8"), newline=None):
        plain = line.rstrip("\n")
        cells = next(csv.reader([plain]), [])
        if plain and (len(cells) != 1 or not (plain.startswith('"') and plain.endswith('"'))):
            return None
        inside.append(cells[0] if cells else "")
    divided = [text for text in inside if sum(text.count(mark) for mark in DELIMITERS)]
    if len(divided) < 2 or len(divided) < sum(map(bool, inside)):
        return None
    return "\n".join(inside).encode("utf-8")


@dataclass(frozen=True)
class _Body:
    """The part of a file beneath its header: where it starts (byte and line), and how it is divided."""

    data: bytes
    start: int
    first_line: int
    delimiter: str
    width: int


def _title(line: int, cells: list[str]) -> Issue:
    if not any(c.strip() for c in cells):
        return Issue(line, None, None, "blank", "The line is blank.", "Nothing to do.")
    why = "A title above the table, not a row of it."
    return Issue(line, None, shown(cells), "skipped", why, "Nothing to do.")


def _refuse_endless_line(data: bytes, name: str) -> None:
    start = 0
    while len(data) - start > _MAX_LINE:
        end = data.rfind(b"\n", start, start + _MAX_LINE)
        if end < 0:
            end = data.rfind(b"\r", start, start + _MAX_LINE)
        if end < 0:
            raise large_cell(None, name)
        start = end + 1


def _offset_of_line(data: bytes, line: int) -> int:
    """Where a physical line begins; lines end with CR, LF or both, as the csv module counts them."""
    lines = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="")
    return sum(len(text.encode("utf-8")) for _, text in zip(range(line - 1), lines, strict=False))


# --- the fast reader -----------------------------------------------------------------------------------------------


def _read_fast(body: _Body, name: str) -> pa.Table | None:
    """All cells by Arrow's reader, or None where anything is irregular."""
    data = memoryview(body.data)[body.start :]
    if _has_lone_return(body):
        return None
    has_quotes = body.data.find(b'"', body.start) >= 0
    if has_quotes and not _quotes_are_regular(np.frombuffer(data, np.uint8), ord(body.delimiter)):
        return None
    n_lines = body.data.count(b"\n", body.start) + (not body.data.endswith(b"\n"))
    table = _arrow(data, body, has_quotes, newlines=False)
    if has_quotes and (table is None or table.num_rows != n_lines):
        table = _arrow(data, body, has_quotes, newlines=True)
    if table is None:
        return None
    lines = np.arange(body.first_line, body.first_line + table.num_rows, dtype=np.int64)
    if table.num_rows != n_lines:
        inside = np.zeros(table.num_rows, dtype=np.int64)
        for column in table.columns:
            inside += pc.count_substring(column, "\n").to_numpy().astype(np.int64)
        if table.num_rows + int(inside.sum()) != n_lines:
            return None
        lines[1:] += np.cumsum(inside)[:-1]
    longest = max((pc.max(pc.binary_length(c)).as_py() or 0 for c in table.columns), default=0)
    if longest > MAX_CELL:
        raise large_cell(None, name)
    return table_of(pa.array(lines), table.columns)


def _has_lone_return(body: _Body) -> bool:
    """Whether a carriage return stands without its newline: an old kind of line end that Arrow counts otherwise."""
    if body.data.find(b"\r", body.start) < 0:
        return False
    return body.data.count(b"\r", body.start) != body.data.count(b"\r\n", body.start)


def _arrow(data: memoryview, body: _Body, has_quotes: bool, *, newlines: bool) -> pa.Table | None:
    columns = [f"c{i}" for i in range(body.width)]
    try:
        return pacsv.read_csv(
            pa.BufferReader(pa.py_buffer(data)),
            read_options=pacsv.ReadOptions(column_names=columns, block_size=_BLOCK),
            parse_options=pacsv.ParseOptions(
                delimiter=body.delimiter,
                quote_char='"' if has_quotes else False,
                double_quote=has_quotes,
                escape_char=False,
                newlines_in_values=newlines,
                ignore_empty_lines=False,
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()),
                strings_can_be_null=False,
                null_values=[],
                check_utf8=False,  # the whole file was checked when it was decoded
            ),
        )
    except pa.ArrowInvalid:  # a ragged line: the tolerant reader says which
        return None


def _quotes_are_regular(data: np.ndarray, delimiter: int) -> bool:
    """Whether every quotation mark opens or closes a whole cell, or is doubled inside one.

    Counting from the start, every mark with an even index opens (or is the second of a doubled pair) and every mark
    with an odd index closes (or is the first of one); so their neighbours tell.
    """
    n = 0
    for start in range(0, len(data), _BLOCK):
        at = np.flatnonzero(data[start : start + _BLOCK] == _QUOTE) + start
        opens, closes = (at[0::2], at[1::2]) if n % 2 == 0 else (at[1::2], at[0::2])
        before = data[np.maximum(opens - 1, 0)]
        begins = (opens == 0) | np.isin(before, (delimiter, _NEWLINE, _RETURN, _QUOTE))
        after = data[np.minimum(closes + 1, len(data) - 1)]
        ends = (closes == len(data) - 1) | np.isin(after, (delimiter, _NEWLINE, _RETURN, _QUOTE))
        if not (begins.all() and ends.all()):
            return False
        n += len(at)
    return n % 2 == 0


# --- the tolerant reader -------------------------------------------------------------------------------------------


@dataclass
class _Rows:
    """Rows as they are read, turned into Arrow in batches."""

    width: int
    lines: list[int] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    tables: list[pa.Table] = field(default_factory=list)

    def add(self, line: int, cells: list[str]) -> None:
        self.lines.append(line)
        self.rows.append(cells)
        if len(self.rows) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        columns = list(zip(*self.rows, strict=True)) if self.rows else [()] * self.width
        arrays = [pa.array(c, pa.string()) for c in columns]
        self.tables.append(table_of(pa.array(self.lines, pa.int64()), arrays))
        self.lines, self.rows = [], []

    def table(self) -> pa.Table:
        self.flush()
        return pa.concat_tables(self.tables)


def _read_tolerant(body: _Body, names: tuple[str, ...], titles: tuple[Issue, ...], head: Head, name: str) -> Grid:
    width = len(names)
    needed = max((i + 1 for i, n in enumerate(names) if n), default=width)
    widths = Counter(len(r.cells) for r in head.records[head.header + 1 :] if not r.is_blank)
    usual = max(widths, key=lambda w: widths[w], default=width)
    rows, aside = _Rows(width), list(titles)
    narrow: set[int] = set()
    short: dict[int, int] = {}
    previous_short: tuple[int, list[str]] | None = None
    last: tuple[int, int] = (0, width)
    for line, cells, unclosed in _tolerant_records(body, name):
        this_short = None
        if len(cells) in (width, usual) or not any(c.strip() for c in cells):
            cells = _without_empty_end(cells, width)
        if unclosed:
            aside.append(_unclosed(line, cells))
        elif len(cells) > width:
            aside.append(_too_many(line, cells, width))
        else:
            n = len(cells)
            padded = cells + [""] * (width - n)
            if n < needed and any(c.strip() for c in cells):
                this_short = (line, cells)
                if n == 1 and width >= 3:
                    narrow.add(line)
                short[line] = n
            rows.add(line, padded)
            last = (line, n)
        if this_short and previous_short and _one_row_broken(previous_short, this_short, width):
            narrow -= {previous_short[0], line}
            short[previous_short[0]] = short[line] = -1
            this_short = None
        previous_short = this_short
    ends_early = last[0] in short and not body.data.endswith((b"\n", b"\r"))
    table = rows.table()
    broken = sorted(line for line, n in short.items() if n == -1)
    if broken:
        is_broken = pc.is_in(table["line"], pa.array(broken, pa.int64()))
        for row in table.filter(is_broken).to_pylist():
            aside.append(_broken(row.pop("line"), list(row.values())))
        table = table.filter(pc.invert(is_broken))
    return Grid(
        header=names,
        table=table,
        aside=tuple(aside),
        delimiter=head.delimiter,
        narrow=frozenset(narrow),
        short={line: n for line, n in short.items() if n != -1},
        cut_off=last[0] if ends_early and short.get(last[0]) != -1 else None,
    )


class _Lines:
    """Physical lines of a body that can be read again from any of the last few."""

    def __init__(self, body: _Body) -> None:
        stream = io.BytesIO(body.data)
        stream.seek(body.start)
        self._source = io.TextIOWrapper(stream, encoding="utf-8", newline="")
        self.waiting: deque[str] = deque()
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        text = self.waiting.popleft() if self.waiting else self._source.readline()
        if not text:
            raise StopIteration
        self.taken.append(text)
        return text

    def step_back_to_second(self) -> str:
        """Give back all lines taken since the last record but the first, which is returned."""
        first, *others = self.taken
        self.waiting.extendleft(reversed(others))
        self.taken = []
        return first


def _tolerant_records(body: _Body, name: str) -> Iterator[tuple[int, list[str], bool]]:
    """Records as (line, cells, whether a quotation mark was left open).

    A record over several lines counts as one only when it is as wide as the table and its marks are in order; else its
    first line stands alone and the rest is read again, so an open quotation mark cannot swallow the rows beneath it.
    """
    lines = _Lines(body)
    spaced = b'", "' in body.data[body.start : body.start + 65_536] and body.delimiter == ","
    line = body.first_line
    while True:
        lines.taken = []
        unclosed = False
        try:
            cells = next(csv.reader(lines, delimiter=body.delimiter, strict=True, skipinitialspace=spaced))
        except StopIteration:
            return
        except csv.Error as error:
            if "field larger" in str(error):
                raise large_cell(line, name) from error
            cells = None
        n = len(lines.taken)
        if cells is None or (n > 1 and len(cells) != body.width):
            first = lines.step_back_to_second()
            n = 1
            cells = next(csv.reader([first], delimiter=body.delimiter, skipinitialspace=spaced), [])
            cells = [c.rstrip("\r\n") for c in cells]
            unclosed = len(cells) != body.width or first.count('"') % 2 == 1
        yield line, cells or [""], unclosed
        line += n


def _without_empty_end(cells: list[str], width: int) -> list[str]:
    """Cells beyond the header taken off while they are empty: right only where the whole table has them."""
    while len(cells) > width and not cells[-1].strip():
        cells = cells[:-1]
    return cells


def _one_row_broken(first: tuple[int, list[str]], second: tuple[int, list[str]], width: int) -> bool:
    """Two short lines in a row whose cells make one row: a line break stood unquoted inside a cell."""
    return second[0] == first[0] + 1 and len(first[1]) + len(second[1]) - 1 == width


def _broken(line: int, cells: list[str]) -> Issue:
    why = "A line break inside a cell has split this row in two."
    return Issue(
        line, None, shown(cells), "rejected", why, "Take the line break out of the cell, or export with quotes."
    )


def _unclosed(line: int, cells: list[str]) -> Issue:
    why = "A quotation mark in this line is not in pairs, so its cells cannot be told apart."
    return Issue(line, None, shown(cells), "rejected", why, "Remove or double the quotation mark and upload again.")


def _too_many(line: int, cells: list[str], width: int) -> Issue:
    why = f"The line has {len(cells)} cells, the header has {width}: a cell seems to hold the dividing character."
    return Issue(line, None, shown(cells), "rejected", why, "Put that cell in quotation marks and upload again.")


def no_rows(name: str) -> UserFileError:
    """The refusal of a file with a header and nothing beneath it."""
    return UserFileError(
        f"{name} has a header but no rows. Check the filter or the dates of the export and upload it again."
    )
