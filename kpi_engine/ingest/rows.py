"""The rows of one file while they are judged: typed columns, which rows stay, what is said about the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpi_engine.ingest.cores import on_all_cores
from kpi_engine.ingest.grid import shown
from kpi_engine.ingest.shapes import Detection, Effect, Issue, Staged
from kpi_engine.ingest.values import Column, Converted, Reading, convert, day_at_latest, lookup, minutes
from kpi_engine.names import COLUMNS, Kind, Type
from kpi_engine.names import Column as Declared

_LOOKUPS = ("owner", "old_owner", "account", "contact")
"""Text columns that may hold a CRM's ids: empty lookups become blank and both lengths of a Salesforce id one."""
_SPECIAL = {"minutes": minutes, "expected_close_date": day_at_latest, **dict.fromkeys(_LOOKUPS, lookup)}
"""Columns with a reader of their own."""


@dataclass
class Rows:
    """A staged file under judgement. ``keep``: bool per row. ``columns``: canonical name → typed Arrow array."""

    staged: Staged
    detection: Detection
    timezone: str
    keep: np.ndarray
    lines: np.ndarray
    columns: dict[str, pa.Array] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    rejected: set[int] = field(default_factory=set)
    duplicate: set[int] = field(default_factory=set)
    merged: set[int] = field(default_factory=set)
    """Rows that are part of a kept row: accepted, though not rows of a table."""

    @classmethod
    def of(cls, staged: Staged, detection: Detection, timezone: str) -> Rows:
        """All rows kept so far."""
        n = staged.table.num_rows
        lines = staged.table["line"].to_numpy()
        return cls(staged, detection, timezone, np.ones(n, dtype=bool), lines)

    def __len__(self) -> int:
        return int(self.staged.table.num_rows)

    @property
    def kept(self) -> np.ndarray:
        """Indices of the rows still kept."""
        return np.flatnonzero(self.keep)

    def cells(self, position: int) -> Column:
        """A column as it stands in the file."""
        return self.staged.table[f"c{position}"]

    def all_cells(self) -> list[Column]:
        """Every column as it stands in the file."""
        return list(self.staged.table.columns[1:])

    def reading(self, position: int) -> Reading:
        """How the cells of a position are written, as far as detection said."""
        found = self.detection
        return Reading(
            date_order=found.date_orders.get(position, "ymd"),
            decimal_mark=found.decimal_marks.get(position, "."),
            percent=position in found.percent,
            timezone=self.timezone,
            factor=found.factors.get(position, 1.0),
        )

    def type_mapped(self, kind: Kind) -> None:
        """Type every mapped column; rows with a cell that cannot be read are rejected."""
        mapping = self.detection.mapping
        mapped = [declared for declared in COLUMNS[kind] if declared.name in mapping]
        typed = dict(zip(mapped, on_all_cores(self._typed, mapped), strict=True))
        for declared in COLUMNS[kind]:
            name = declared.name
            if declared in typed:
                factor = self.reading(mapping[name]).factor
                if declared.type is Type.MONEY and factor != 1:
                    why = f"Each number of this column is multiplied with {factor:,g} to be the whole amount."
                    self.note(why, "Nothing to do, if that is right.", column=self.staged.header[mapping[name]])
                self.take(name, typed[declared], mapping[name])
            if name in self.detection.constants:
                constant = self.detection.constants[name]
                present = self.columns.get(name, pa.nulls(len(self), pa.string()))
                self.columns[name] = present.fill_null(constant)

    def _typed(self, declared: Declared) -> Converted:
        """One mapped column, typed; where it is joined with another and cannot be read so, by itself."""
        name, position = declared.name, self.detection.mapping[declared.name]
        typed = _SPECIAL.get(name) or partial(convert, column_type=declared.type)
        reading = self.reading(position)
        if name in self.detection.joined:
            converted = typed(self._joined(self.detection.joined[name]), reading=reading)
            if not converted.bad:
                return converted
        converted = typed(self.filled(name, position), reading=reading)
        if position in self.detection.inverted:
            converted.values = pc.divide(1.0, converted.values)
        return converted

    def take(self, name: str, converted: Converted, position: int) -> None:
        """Keep a typed column under its canonical name, and say what was bad or noted about its cells."""
        whole = converted.values.combine_chunks()
        self.columns[name] = pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole
        self.complain(converted, position)

    def complain(self, converted: Converted, position: int) -> None:
        """Reject the rows of bad cells and note the others, column by column."""
        header = self.staged.header[position]
        cells = self.cells(position)
        for row, bad in converted.bad.items():
            self.reject(row, bad.why, bad.what_to_do, header, cells[row].as_py())
        for why, rows in converted.notes.items():
            n = f" ({len(rows):,} cells, the first on line {self.lines[rows[0]]:,})" if len(rows) > 1 else ""
            self.note(why + n, "Nothing to do, if that is right.", rows[0], header, cells[rows[0]].as_py())

    def filled(self, name: str, position: int) -> Column:
        """A column's cells; where one is blank, that of the first column that stands in for it and is not."""
        cells = self.cells(position)
        for other in self.detection.instead.get(name, ()):
            cells = pc.if_else(pc.equal(cells, ""), self.cells(other), cells)
        return cells

    def _joined(self, positions: tuple[int, ...]) -> Column:
        """First and last name, or date and time, with a space between; no time without its date."""
        first, *others = (self.cells(p) for p in positions)
        whole = pc.utf8_trim_whitespace(pc.binary_join_element_wise(first, *others, " "))
        needs_first = any(p in self.detection.date_orders for p in positions)
        return pc.if_else(pc.equal(first, ""), "", whole) if needs_first else whole

    def row_text(self, row: int) -> str:
        """A row as the value of an issue."""
        return shown([str(c[row].as_py()) for c in self.all_cells()])

    def reject(self, row: int, why: str, what_to_do: str, column: str | None = None, value: str | None = None) -> None:
        """Take a row out because of one of its cells. A row can be rejected for several; it counts once."""
        self._say(row, "rejected", why, what_to_do, column, value)
        self.rejected.add(row)
        self.keep[row] = False

    def repeat(self, row: int, why: str, what_to_do: str = "Nothing to do.") -> None:
        """Take a row out because another one stands for it."""
        if self.keep[row]:
            self._say(row, "duplicate", why, what_to_do, None, self.row_text(row))
            self.duplicate.add(row)
            self.keep[row] = False

    def note(
        self, why: str, what_to_do: str, row: int | None = None, column: str | None = None, value: str | None = None
    ) -> None:
        """Say something that takes no row out."""
        self._say(row, "note", why, what_to_do, column, value)

    def _say(
        self, row: int | None, effect: Effect, why: str, what_to_do: str, column: str | None, value: str | None
    ) -> None:
        line = None if row is None else int(self.lines[row])
        cut = value if value is None or len(value) <= 200 else value[:197] + "…"
        self.issues.append(Issue(line, column, cut, effect, why, what_to_do))

    def table(self, names: list[str]) -> pa.Table:
        """The kept rows of the named typed columns (those there are), with their line."""
        present = [n for n in names if n in self.columns]
        table = pa.table([pa.array(self.lines), *(self.columns[n] for n in present)], names=["line", *present])
        return table if self.keep.all() else table.filter(pa.array(self.keep))
