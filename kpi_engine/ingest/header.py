"""Where a table begins: the header row beneath titles, and which character divides its cells."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kpi_engine.ingest.contracts import known_headers
from kpi_engine.ingest.headers import normal

DELIMITERS = (",", ";", "\t", "|")
HEAD_BYTES = 512 * 1024
HEAD_RECORDS = 400
_RUN_OVER = 5
"""One row in so many may run beyond the table, and one of three or four."""

_SEP = re.compile(r'^"?sep=(.)"?\r?\n', re.IGNORECASE)
_VALUE = re.compile(
    r"^[\s($€£¥+-]*\d[\d\s.,'’]*[)%]?$"  # a number, with a currency or a percent sign
    r"|^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}([T ,]+\d{1,2}:\d{2}.*)?$"  # a date
    r"|^(true|false)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Record:
    """One record of a file's head: the physical line it begins on, the line after it, and its cells."""

    line: int
    next_line: int
    cells: list[str]

    @property
    def is_blank(self) -> bool:
        """Whether no cell holds anything."""
        return not any(c.strip() for c in self.cells)


@dataclass(frozen=True)
class Head:
    """How a delimited file begins. ``header`` indexes ``records``."""

    delimiter: str
    records: list[Record]
    header: int


def declared_delimiter(head: str) -> str | None:
    """What a first line ``sep=;`` says, as Excel writes it.

    >>> declared_delimiter("sep=;\\r\\na;b")
    ';'
    """
    found = _SEP.match(head)
    return found.group(1) if found else None


def read_head(data: bytes) -> Head:
    """Find delimiter and header row in the first half megabyte of a UTF-8 file."""
    text = data[:HEAD_BYTES].decode("utf-8", errors="ignore")
    if len(data) > HEAD_BYTES:
        text = text[: text.rfind("\n") + 1] or text
    declared = declared_delimiter(text)
    if declared is not None:
        records = [r for r in _records(text, declared) if r.line > 1]
        return Head(declared, records, find_header([r.cells for r in records]))
    by_delimiter = {d: _records(text, d) for d in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda d: (_consistency(by_delimiter[d]), d == _sniffed(text), d == ","))
    records = by_delimiter[delimiter]
    return Head(delimiter, records, find_header([r.cells for r in records]))


def _records(text: str, delimiter: str) -> list[Record]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=False)
    records: list[Record] = []
    line = 1
    try:
        for cells in reader:
            records.append(Record(line, reader.line_num + 1, cells))
            line = reader.line_num + 1
            if len(records) >= HEAD_RECORDS:
                break
    except csv.Error:  # a cell beyond the reader's limit: the whole file is judged, and refused, later
        return records
    return records


def _consistency(records: Sequence[Record]) -> float:
    """How well a delimiter explains the head: the share of rows of the usual width, less for narrow tables."""
    widths = Counter(len(r.cells) for r in records if not r.is_blank)
    if not widths:
        return 0.0
    width, n = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]))
    return round(n / widths.total() * (1 - 1 / width), 6)


def _sniffed(text: str) -> str | None:
    try:
        return csv.Sniffer().sniff(text[:16_384], delimiters="".join(DELIMITERS)).delimiter
    except csv.Error:
        return None


def find_header(rows: Sequence[Sequence[str]]) -> int:
    """The index of the row that names the columns: the first as wide as the table whose cells look like names.

    >>> find_header([["Deals of March"], [], ["Deal", "Amount"], ["Pier 7", "100"]])
    2
    """
    filled = [[i for i, c in enumerate(row) if c.strip()] for row in rows]
    present = [i for i, cells in enumerate(filled) if cells]
    if not present:
        return 0
    reach = [max(cells) + 1 if cells else 0 for cells in filled]
    # A few rows that run beyond the table (a comma unquoted, a remark at the side) do not make it wider.
    widest = sorted((reach[i] for i in present), reverse=True)[_running_over(len(present))]
    used = len({j for cells in filled for j in cells if j < widest})
    widths = Counter(len(rows[i]) for i in present)
    usual = max(widths.items(), key=lambda item: (item[1], item[0]))[0]
    least = min(used, max(2, (used + 1) // 2))
    for i in present:
        if len(filled[i]) < least:
            continue
        wide = len(rows[i]) >= usual or reach[i] >= max((reach[j] for j in present if j > i), default=0)
        names = sum(not _VALUE.match(rows[i][j].strip()) for j in filled[i])
        if wide and names >= 0.7 * len(filled[i]):
            return _beneath_groups(rows, i)
    return present[0]


def _running_over(n_rows: int) -> int:
    return max(n_rows // _RUN_OVER, int(n_rows > 2))


def _beneath_groups(rows: Sequence[Sequence[str]], at: int) -> int:
    """The row beneath, where a header only repeats the names of groups of columns and the next names each of them."""
    if at + 1 >= len(rows):
        return at
    above, beneath = ([c.strip() for c in rows[i] if c.strip()] for i in (at, at + 1))
    is_repeated = len(set(above)) <= len(above) - 2
    is_better = len(set(beneath)) == len(beneath) >= len(above)
    return at + 1 if is_repeated and is_better and _n_known(beneath) > max(2, _n_known(above)) else at


def _n_known(names: Sequence[str]) -> int:
    return sum(normal(name) in known_headers() for name in names)
