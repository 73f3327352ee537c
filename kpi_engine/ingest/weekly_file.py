"""Any file with a row per week, read by the rules of every other file: nothing guessed, nothing dropped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from kpi_engine.errors import UserFileError
from kpi_engine.ingest.columns import Cells
from kpi_engine.ingest.questions import date_orders, decimal_marks
from kpi_engine.ingest.shapes import Staged
from kpi_engine.ingest.stage import stage
from kpi_engine.ingest.values import Converted, Reading, convert
from kpi_engine.names import Type
from kpi_engine.periods import week

_MOST_TOLD = 3
_MOST_WEEKS = 5_000


def read_weekly_file(
    path: Path, date_column: str, columns: Sequence[str], date_order: str | None = None
) -> pd.DataFrame:
    """The chosen columns of a weekly file.

    Parameters
    ----------
    date_column : a header; its cells name a day of the week each row is about.
    columns : headers of columns of numbers. A blank cell is not known.
    date_order : dmy or mdy, for a file whose dates fit both.

    Returns
    -------
    DataFrame
        Indexed by the first day of each week (the weekday the file uses; Monday where it uses several), oldest first;
        weeks that are missing between the first and the last are there, and nan.

    Raises
    ------
    UserFileError
        A column that is not there, a cell that is no date or no number, two rows of one week, dates that fit both
        orders: each with its line.
    """
    staged = stage(path, path.name)
    lost = [issue for issue in staged.set_aside if issue.effect == "rejected"]
    if lost:
        raise UserFileError(f"{path.name}, line {lost[0].line}: {lost[0].why} {lost[0].what_to_do}")
    cells = Cells(staged)
    lines = staged.table.column("line").to_pylist()
    where = {name: _position(staged, name, path.name) for name in dict.fromkeys([date_column, *columns])}
    days = _days(cells, where[date_column], date_column, lines, path.name, date_order)
    starts = _starts(days, lines, path.name)
    marks, questions = decimal_marks(cells, [where[c] for c in columns], [], {where[c]: c for c in columns}, None)
    if questions:
        raise UserFileError(f"{path.name}: {questions[0].text} Write the numbers so that they read one way only.")
    values = {}
    for name in dict.fromkeys(columns):
        reading = Reading(decimal_mark=marks[where[name]])
        found = convert(cells.column(where[name]), Type.NUMBER, reading)
        _refuse_bad(found, cells, where[name], name, lines, path.name)
        values[name] = np.array([np.nan if v is None else v for v in found.values.to_pylist()], dtype="float64")
    frame = pd.DataFrame(values, index=pd.Index(starts, name="week", dtype=object)).sort_index()
    every = [frame.index[0] + timedelta(days=7 * i) for i in range((frame.index[-1] - frame.index[0]).days // 7 + 1)]
    return frame.reindex(pd.Index(every, name="week", dtype=object))


def _position(staged: Staged, name: str, file: str) -> int:
    """Where a column stands: by its header as it is written, else without regard to case and outer spaces."""
    if name in staged.header:
        return staged.header.index(name)
    loose = [i for i, header in enumerate(staged.header) if header.strip().casefold() == name.strip().casefold()]
    if len(loose) != 1:
        raise UserFileError(f"{file} has no column '{name}'. Its columns: {', '.join(filter(None, staged.header))}.")
    return loose[0]


def _days(cells: Cells, position: int, name: str, lines: list[int], file: str, date_order: str | None) -> list[date]:
    orders, questions = date_orders(cells, [position], [], date_order)
    if questions:
        raise UserFileError(f"{file}, column '{name}': {questions[0].text} Say so with --date-order.")
    found = convert(cells.column(position), Type.DATE, Reading(date_order=orders[position]))
    _refuse_bad(found, cells, position, name, lines, file)
    days: list[date | None] = found.values.to_pylist()
    known = [day for day in days if day is not None]
    if len(known) < len(days):
        line = lines[days.index(None)]
        raise UserFileError(f"{file}, line {line}, column '{name}': there is no date. Give every row its week.")
    return known


def _refuse_bad(found: Converted, cells: Cells, position: int, name: str, lines: list[int], file: str) -> None:
    if not found.bad:
        return
    rows = sorted(found.bad)
    column = cells.column(position)
    told = "; ".join(f"line {lines[row]}: '{column[row].as_py()[:40]}'" for row in rows[:_MOST_TOLD])
    more = f" and {len(rows) - _MOST_TOLD} more" if len(rows) > _MOST_TOLD else ""
    first = found.bad[rows[0]]
    raise UserFileError(f"{file}, column '{name}', {told}{more}. {first.why} {first.what_to_do}")


def _starts(days: list[date], lines: list[int], file: str) -> list[date]:
    """The first day of each row's week."""
    starts = days if len({day.weekday() for day in days}) == 1 else [week(day).start for day in days]
    seen: dict[date, int] = {}
    for start, line in zip(starts, lines, strict=True):
        if start in seen:
            raise UserFileError(
                f"{file}, lines {seen[start]} and {line}: both are about the week of {start}. "
                "One row per week is needed; add the days or parts of a week together first."
            )
        seen[start] = line
    if (max(starts) - min(starts)).days > 7 * _MOST_WEEKS:
        raise UserFileError(f"{file}: its dates reach from {min(starts)} to {max(starts)}. One of the two is a slip.")
    return starts
