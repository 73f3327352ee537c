"""Staged text as typed rows: every bad cell is said, every repeated row is explained, nothing is dropped in silence."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpi_engine.ingest import deals, fields, histories, plans
from kpi_engine.ingest.identical import settle_identical
from kpi_engine.ingest.outcomes import statuses
from kpi_engine.ingest.repeats import first_identical, repeated, row_hashes
from kpi_engine.ingest.report import UNDATED
from kpi_engine.ingest.rows import Rows
from kpi_engine.ingest.shapes import Answers, Detection, Issue, Question, Staged, Validated
from kpi_engine.names import COLUMNS, Kind, Type

_MUST_BE_FILLED: dict[Kind, tuple[tuple[str, ...], ...]] = {
    Kind.STAGE_CHANGES: (("deal_id",), ("changed_at",)),
    Kind.PEOPLE: (("owner", "owner_id"),),
    Kind.STAGES: (("stage", "stage_id"),),
    Kind.RATES: (("currency",), ("date",), ("rate",)),
}
"""Of each group one cell must be filled: without it the row says nothing."""

_IDS = {Kind.ACTIVITIES: "activity_id", Kind.CONTACTS: "contact_id"}
_DEFINING = frozenset({Kind.PEOPLE, Kind.TARGETS, Kind.STAGES, Kind.RATES})
"""Kinds whose rows define something: an identical row says the same once more."""


def validate(staged: Staged, detection: Detection, answers: Answers, timezone: str = "UTC") -> Validated:
    """Type the mapped columns of a file and settle its repeated rows.

    Parameters
    ----------
    staged, detection
        What the file holds, and what it was found to be; ``detection.kind`` is set.
    answers
        What the person decided.
    timezone
        The store's time zone (IANA name): where moments with an offset are brought to.

    Returns
    -------
    Validated
        ``read = accepted + rejected + duplicate + blank + skipped`` holds.
    """
    kind = detection.kind
    if kind is None:
        raise ValueError("a file of no known kind cannot be validated")
    rows = Rows.of(staged, detection, timezone)
    questions: tuple[Question, ...] = ()
    choices: tuple[Question, ...] = ()
    tables: dict[str, pa.Table] = {}
    if detection.form in ("field_history", "change_log"):
        _type_fields(rows)
    else:
        rows.type_mapped(kind)
    _reject_short_rows(rows, kind)
    if kind is Kind.DEALS:
        tables, questions, choices = deals.settle(rows, answers)
    else:
        if "status" in rows.columns and kind is Kind.STAGE_CHANGES:
            rows.columns["status"] = statuses(rows.columns["status"], None, None, len(rows))[0]
        _reject_unfilled(rows, kind)
        later = first_identical(rows.all_cells(), _candidates(rows, kind))
        has_id = _IDS.get(kind) in rows.detection.mapping or kind in _DEFINING
        choices = settle_identical(rows, later, answers, kind.value.replace("_", " "), has_id=has_id)
        if detection.form == "field_history" and "owner" in rows.columns:
            _drop_told_in_ids(rows)
        table = plans.settle(rows) if kind is Kind.TARGETS else rows.table([c.name for c in COLUMNS[kind]])
        backwards = kind is Kind.STAGE_CHANGES and histories.runs_backwards(table)
        tables = {f"raw_{kind.value}": histories.backwards(table) if backwards else table}
    as_of = answers.as_of or _as_of(kind, tables)
    if kind is Kind.DEALS and as_of is None:
        rows.note(
            UNDATED, "Say the day of the export (--as-of, or its date on the Data page); without one nothing is shown."
        )
    aside = staged.set_aside
    effects = [issue.effect for issue in aside]
    return Validated(
        tables=tables,
        # A cell that is read as two columns (a lone close date) is spoken of once.
        issues=tuple(dict.fromkeys(sorted((*staged.notes, *aside, *rows.issues), key=_place))),
        read=staged.read,
        accepted=int(rows.keep.sum()) + len(rows.merged),
        rejected=len(rows.rejected) + effects.count("rejected"),
        duplicate=len(rows.duplicate) + effects.count("duplicate"),
        blank=effects.count("blank"),
        skipped=effects.count("skipped"),
        as_of=as_of,
        questions=questions,
        choices=choices,
    )


def _place(issue: Issue) -> tuple[int, str]:
    return issue.line or 0, issue.column or ""


def _type_fields(rows: Rows) -> None:
    """Field histories and change logs: one column per kind of field, beside deal and time."""
    at = rows.detection.field_columns
    for name, column_type in (("deal_id", Type.ID), ("changed_at", Type.TIMESTAMP)):
        rows.take(name, fields.convert(rows.cells(at[name]), column_type, rows.reading(at[name])), at[name])
    old = rows.filled("old_value", at["old_value"]).combine_chunks() if "old_value" in at else None
    new = rows.filled("new_value", at["new_value"]).combine_chunks()
    field = rows.cells(at["field"]).combine_chunks()
    columns, unused = fields.spread(field, old, new, rows.columns["changed_at"], rows.reading(at["new_value"]))
    for name, converted in columns.items():
        rows.take(name, converted, at["old_value"] if name in fields.BEFORE.values() else at["new_value"])
    if "status" in rows.columns:
        rows.columns["status"] = statuses(rows.columns["status"], None, None, len(rows))[0]
    if unused:
        names = ", ".join(unused[:8]) + (" …" if len(unused) > 8 else "")
        why = f"Changes of {len(unused)} other fields are kept without being used: {names}."
        rows.note(why, "Nothing to do.", column=rows.staged.header[at["field"]])


def _drop_told_in_ids(rows: Rows) -> None:
    """Salesforce tells a change of owner twice, in names and in ids: the name stays."""
    columns = (rows.columns[name] for name in ("deal_id", "changed_at", "owner"))
    for row, named in histories.told_in_ids(*columns).items():
        if rows.keep[named]:
            rows.repeat(row, f"The same change of owner, told in ids; line {rows.lines[named]:,} names the owner.")


def _reject_short_rows(rows: Rows, kind: Kind) -> None:
    """A line that ends before a needed column is rejected; one that only lacks others is noted."""
    if not rows.staged.short:
        return
    mapping = rows.detection.mapping
    needed = [mapping[c.name] for c in COLUMNS[kind] if c.needed and c.name in mapping]
    needed += [p for name, p in rows.detection.field_columns.items() if name != "old_value"]
    used = max(
        [*mapping.values(), *needed, *(rows.detection.key or ()), *(s.position for s in rows.detection.stage_dates)],
        default=0,
    )
    index = {int(line): row for row, line in enumerate(rows.lines)}
    padded: list[int] = []
    for line, n in rows.staged.short.items():
        row = index.get(line)
        if row is None or not rows.keep[row]:
            continue
        if any(position >= n for position in needed):
            why = f"The line ends after {n} of {len(rows.staged.header)} cells."
            rows.reject(row, why, "Complete the line and upload again.", None, rows.row_text(row))
        elif n <= used:
            padded.append(row)
    if padded:
        first = rows.lines[padded[0]]
        why = f"{len(padded):,} lines end early; the missing cells are taken as blank (the first is line {first:,})."
        rows.note(why, "Check these lines in the file.", padded[0], None, rows.row_text(padded[0]))


def _reject_unfilled(rows: Rows, kind: Kind) -> None:
    for group in _MUST_BE_FILLED.get(kind, ()):
        empty = np.ones(len(rows), dtype=bool)
        for name in group:
            if name in rows.columns:
                empty &= rows.columns[name].is_null().to_numpy(zero_copy_only=False)
        label = next(c.label for c in COLUMNS[kind] if c.name == group[0])
        position = rows.detection.mapping.get(group[0], rows.detection.field_columns.get(group[0]))
        header = None if position is None else rows.staged.header[position]
        for row in np.flatnonzero(empty & rows.keep):
            rows.reject(int(row), f"The row has no {label.lower()}.", "Fill the cell and upload again.", header, "")


def _candidates(rows: Rows, kind: Kind) -> np.ndarray:
    """The rows worth comparing cell by cell: those that agree in the columns which mostly differ."""
    kept = rows.kept
    telling = [n for n in (_IDS.get(kind), "deal_id", "changed_at", "occurred_at") if n in rows.columns]
    if not telling:
        return kept
    hashes = row_hashes([rows.columns[name] for name in telling])
    return kept[repeated(hashes[kept])]


_MOMENTS = {"raw_deals": ("created_at", "stage_changed_at"), "raw_stage_changes": ("created_at", "changed_at")}


def _as_of(kind: Kind, tables: dict[str, pa.Table]) -> date | None:
    """The day an export speaks of: the latest creation, stage change or closing of a closed deal in it."""
    latest = []
    for name, moments in _MOMENTS.items():
        table = tables.get(name)
        if table is None:
            continue
        latest += [pc.max(table[m]).as_py() for m in moments if m in table.column_names]
        if name == "raw_deals":
            latest += [deals.last_closing(table)]
    known = [when for when in latest if when is not None]
    return max(known).date() if known else None
