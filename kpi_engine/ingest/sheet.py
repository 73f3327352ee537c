"""A spreadsheet cut into cells as text: what the sheet shows, with true dates written as ISO."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from kpi_engine.errors import UserFileError
from kpi_engine.ingest.contracts import known_headers
from kpi_engine.ingest.grid import MAX_CELL, Grid, large_cell, refuse_wide, shown, table_of, unique_names
from kpi_engine.ingest.header import find_header
from kpi_engine.ingest.headers import normal
from kpi_engine.ingest.shapes import Issue
from kpi_engine.ingest.sheet_errors import error_cells

MAX_UNPACKED = 1024**3
"""A workbook that unpacks to more bytes than this is refused before it is unpacked."""

_HEAD_ROWS = 200
_EXACT = 2.0**53
"""From here on a spreadsheet's numbers have gaps."""
_KNOWN = 3
"""So many known headers make a sheet one that is meant to be read, before a cover or a summary that comes first."""


def is_workbook(path: Path) -> bool:
    """Whether a file is an XLSX (or XLSB, ODS) workbook, whatever its name says."""
    if not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError):
        return False
    return any(n.startswith("xl/workbook.") for n in names) or {"content.xml", "mimetype"} <= names


def read_sheet(path: Path, name: str) -> Grid:
    """Read the first sheet that holds a table.

    Raises
    ------
    UserFileError
        The workbook is damaged, locked by a password, a bomb, or holds no table.
    """
    _refuse_bomb(path, name)
    try:
        return _read(path, name)
    except (CalamineError, zipfile.BadZipFile, OSError) as error:
        raise UserFileError(
            f"{name} cannot be read as a spreadsheet: it is damaged or protected by a password. "
            "Save it again without a password, or as CSV, and upload that."
        ) from error


def _refuse_bomb(path: Path, name: str) -> None:
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(info.file_size for info in archive.infolist())
    if unpacked > MAX_UNPACKED or unpacked > 1000 * max(path.stat().st_size, 1024):
        raise UserFileError(
            f"{name} unpacks to {unpacked // 1024**2:,} MB, which no export of a CRM does. "
            "Save it as CSV and upload that."
        )


def _read(path: Path, name: str) -> Grid:
    with CalamineWorkbook.from_path(str(path)) as book:
        visible = [s.name for s in book.sheets_metadata if s.visible == SheetVisibleEnum.Visible] or list(
            book.sheet_names
        )
        chosen, others = _choose(book, visible, name)
        sheet = book.get_sheet_by_name(chosen)
        rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
        _fill_merged(rows, sheet.merged_cell_ranges or [])
    for (i, j), error in error_cells(path, chosen).items():
        if i < len(rows) and j < len(rows[i]) and rows[i][j] == "":
            rows[i][j] = error
    head = [[_text(c) for c in row] for row in rows[:_HEAD_ROWS]]
    at = find_header(head)
    header = head[at]
    width = max((i + 1 for i, c in enumerate(header) if c.strip()), default=0)
    used = max((i + 1 for row in rows[at:] for i, c in enumerate(row) if c != ""), default=0)
    refuse_wide(max(width, used), name)
    aside = [_title(i + 1, cells) for i, cells in enumerate(head[:at])]
    if others:
        why = f"The workbook has several sheets; only '{chosen}' was read, not {', '.join(repr(o) for o in others)}."
        aside.append(Issue(None, None, None, "note", why, "Upload other sheets as files of their own."))
    lines: list[int] = []
    columns: list[list[str]] = [[] for _ in range(width)]
    kinds: list[Counter[str]] = [Counter() for _ in range(width)]
    for i, row in enumerate(rows[at + 1 :], start=at + 2):
        texts = [_text(c) for c in row]
        if any(t.strip() for t in texts[width:]):
            aside.append(_beyond(i, texts, width))
            continue
        if max(map(len, texts), default=0) > MAX_CELL:
            raise large_cell(i, name)
        lines.append(i)
        for j in range(width):
            columns[j].append(texts[j] if j < len(texts) else "")
            if j < len(row) and row[j] != "":
                kinds[j][_kind(row[j])] += 1
    table = table_of(pa.array(lines, pa.int64()), [pa.array(c, pa.string()) for c in columns])
    native = {f"c{j}": "date" for j, seen in enumerate(kinds) if seen and set(seen) == {"date"}}
    return Grid(unique_names(header[:width], name), table, tuple(aside), None, sheet=chosen, native=native)


def _fill_merged(rows: list[list[Any]], merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """What stands in a cell merged over several rows stands in each of them: a report grouped by owner or stage."""
    for (top, left), (bottom, right) in merged:
        if left != right or top == bottom:
            continue
        for i in range(top + 1, min(bottom + 1, len(rows))):
            if left < len(rows[i]) and rows[i][left] == "" and any(c != "" for c in rows[i]):
                rows[i][left] = rows[top][left]


def _choose(book: CalamineWorkbook, names: list[str], name: str) -> tuple[str, list[str]]:
    """The first sheet that looks like a table whose headers are known, else the first table; and the others that hold
    something."""
    sizes = {}
    for sheet_name in names:
        sheet = book.get_sheet_by_name(sheet_name)
        sizes[sheet_name] = (sheet.height, sheet.width)
    filled = [n for n, (height, width) in sizes.items() if height and width]
    if not filled:
        raise UserFileError(f"{name} holds no cells. Export it again and upload the new file.")
    tables = [n for n in filled if sizes[n][0] >= 2 and sizes[n][1] >= 2] or filled
    known = [n for n in tables if _known_headers(book, n) >= _KNOWN] if len(tables) > 1 else []
    chosen = (known or tables)[0]
    return chosen, [n for n in filled if n != chosen]


def _known_headers(book: CalamineWorkbook, sheet_name: str) -> int:
    """How many headers of a sheet some kind of file has, by any CRM's contract or by what people call them."""
    rows = book.get_sheet_by_name(sheet_name).to_python(skip_empty_area=False, nrows=_HEAD_ROWS)
    head = [[_text(c) for c in row] for row in rows]
    return len({key for c in head[find_header(head)] if (key := normal(c)) in known_headers()})


def _text(cell: object) -> str:
    """A cell as the text its sheet shows: whole numbers without a point, dates as ISO, truth as TRUE and FALSE."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        if abs(cell) >= _EXACT and cell.is_integer():
            return repr(cell)  # 1.2345678901234568e+17: a spreadsheet has rounded it
        return (
            str(int(cell))
            if cell.is_integer() and abs(cell) < 1e15
            else format(Decimal(repr(cell)), "f").removesuffix(".0")
        )
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d") if cell.time() == time() else cell.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return cell.strftime("%H:%M:%S")
    if isinstance(cell, timedelta):
        return str(cell)
    return "" if cell is None else str(cell)


def _kind(cell: object) -> str:
    if isinstance(cell, date):
        return "date"
    return "number" if isinstance(cell, (int, float)) and not isinstance(cell, bool) else "text"


def _title(line: int, cells: list[str]) -> Issue:
    if not any(c.strip() for c in cells):
        return Issue(line, None, None, "blank", "The line is blank.", "Nothing to do.")
    return Issue(line, None, shown(cells), "skipped", "A title above the table, not a row of it.", "Nothing to do.")


def _beyond(line: int, cells: list[str], width: int) -> Issue:
    why = f"The row has cells to the right of the last named column ({width} columns have a name)."
    return Issue(
        line, None, shown(cells), "rejected", why, "Give that column a name or clear its cells, and upload again."
    )
