"""Which files do the numbers come from?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from kpi_engine import workspace
from kpi_engine.agreements.meetings import meetings_with, read_meetings
from kpi_engine.agreements.qualification import in_force_over_time, read_rules
from kpi_engine.agreements.targets import in_force
from kpi_engine.ingest.report import UNDATED
from kpi_engine.ingest.shapes import ImportReport, Issue
from kpi_engine.storage import Session, Store, load_sql
from kpi_engine.views import words

KIND_WORDS = {
    "deals": "Deals",
    "stage_changes": "Stage history",
    "activities": "Activities",
    "contacts": "Contacts",
    "targets": "Targets",
    "people": "People",
    "stages": "Stages",
    "rates": "Exchange rates",
}


_LONG = 40
"""So many letters of a cell are enough to know it again."""


@dataclass(frozen=True)
class Imported:
    """One import, as a line of the history."""

    import_id: int
    file: str
    what: str
    told: str
    has_issues: bool


@dataclass(frozen=True)
class StoreContents:
    """``imports`` newest first; ``held``: what, how_many, first_day, last_day. ``sentence`` is empty for an empty
    store."""

    sentence: str
    imports: tuple[Imported, ...]
    held: pd.DataFrame
    as_of: date | None
    notes: tuple[str, ...]


def store_view(store: Store) -> StoreContents:
    """What was imported, and what stands in the store because of it."""
    session = store.read()
    rows = workspace.imports(store)
    held = session.frame(load_sql("kpi_engine.views", "held"))
    noted = session.rows("select text, n from model_notes order by code")
    held = held[held["how_many"] > 0]
    as_of = workspace.store_as_of(session)
    return StoreContents(
        sentence=_sentence(held, as_of, len(rows)),
        imports=tuple(_imported(row) for row in rows),
        held=held,
        as_of=as_of,
        notes=(*store.notices, *(f"{text} ({n:,})" for text, n in noted)),
    )


def undone(session: Session, before: date | None) -> str:
    """What an undo moved, where the newest day known was another ``before`` it: the day now, and that what was agreed
    after it stays; '' where the day is the same."""
    now = workspace.store_as_of(session)
    if now == before:
        return ""
    if now is None:
        return "No deals with a date are left, so no value can be shown until other files come. What was agreed stays."
    later = _agreed_after(session, now)
    kept = f" What was agreed after it stays: {words.listed(later)}." if later else ""
    return f"The newest day known is now {words.day(now)}.{kept}"


def _agreed_after(session: Session, day: date) -> list[str]:
    """What was agreed on days later than one, counted."""
    versions = [one.version for one in in_force(session)]
    owners = {one.owner for one in read_meetings(session)}
    counts = {
        "target": sum(one is not None and one.agreed_date > day for one in versions),
        "one-on-one": sum(one.held_on > day for owner in sorted(owners) for one in meetings_with(session, owner)),
        "rule": sum(one.since > day for one in in_force_over_time(read_rules(session))),
    }
    return [words.many(n, what) for what, n in counts.items() if n]


def _sentence(held: pd.DataFrame, as_of: date | None, files: int) -> str:
    """What the store holds, in a line."""
    counts = dict(zip(held["what"], held["how_many"], strict=True))
    nouns = {"Deals": ("deal", None), "Activities": ("activity", "activities")}
    lesser = {"Contacts": ("contact", None), "Targets": ("target", None), "Exchange rates": ("exchange rate", None)}
    parts, others = (
        [words.many(int(counts[what]), *noun) for what, noun in some.items() if what in counts]
        for some in (nouns, lesser)
    )
    parts = parts or others
    if not parts:
        return ""
    day = f", as of {words.day(as_of)}" if as_of else ""
    return f"{words.listed(parts)} in {words.many(files, 'file')}{day}."


def _imported(row: workspace.ImportRow) -> Imported:
    others = [
        f"{n:,} {word}"
        for n, word in (
            (row.rejected, "rejected"),
            (row.duplicate, "repeated"),
            (row.blank, "blank"),
            (row.skipped, "skipped"),
        )
        if n
    ]
    as_of = f", as of {words.day(row.as_of)}" if row.as_of and row.kind == "deals" else ""
    return Imported(
        import_id=row.import_id,
        file=row.file_name,
        what=KIND_WORDS[row.kind] + as_of,
        told=", ".join([f"{row.accepted:,} of {row.read:,} rows", *others]),
        has_issues=row.rejected + row.duplicate + row.skipped > 0,
    )


def counts_of(reports: Sequence[ImportReport]) -> pd.DataFrame:
    """The rows of the files that were imported: file, read, accepted, rejected, duplicate, blank, skipped."""
    fields = ["file", "read", "accepted", "rejected", "duplicate", "blank", "skipped"]
    rows = [[getattr(report, name) for name in fields] for report in reports if report.status == "committed"]
    return pd.DataFrame(rows, columns=fields)


def unreadable(report: ImportReport) -> str:
    """How many rows of a file would not be taken.

    >>> unreadable(ImportReport("deals.csv", None, None, None, "committed", read=5, rejected=3))
    '3 of 5 rows cannot be read'
    """
    return f"{report.rejected:,} of {words.many(report.read, 'row')} cannot be read"


def remarks(issues: Sequence[Issue]) -> list[str]:
    """What was noted about a file without taking a row out, a sentence or two each; the same about several lines once.
    That a file says no day is told with the file.

    >>> remarks([Issue(n, "Amount", "n/a", "note", "'n/a' is taken as blank.", "Nothing to do.") for n in (3, 9)])
    ["Amount: 'n/a' is taken as blank (2 lines, the first is line 3)."]
    """
    alike: dict[tuple[str | None, str, str], list[int]] = {}
    for issue in issues:
        if issue.effect == "note" and issue.why != UNDATED:
            lines = alike.setdefault((issue.column, issue.why, issue.what_to_do), [])
            lines += [issue.line] if issue.line is not None else []
    return [_remark(column, why, todo, lines) for (column, why, todo), lines in alike.items()]


def _remark(column: str | None, why: str, todo: str, lines: Sequence[int]) -> str:
    named = f"{column}: {why}" if column and column not in why else why
    if lines and f"line {lines[0]:,}" not in why:
        where = f"line {lines[0]:,}" if len(lines) == 1 else f"{len(lines):,} lines, the first is line {lines[0]:,}"
        named = f"{named.removesuffix('.')} ({where})."
    return named if todo.startswith("Nothing to do") else f"{named} {todo}"


def was_not_taken(report: ImportReport) -> int:
    """How many rows of a file did not become data: rejected, repeated, blank or skipped."""
    return report.rejected + report.duplicate + report.blank + report.skipped


def rejected_lines(report: ImportReport) -> pd.DataFrame:
    """What was said about every line that is not taken: line, column, value, why, what_to_do. A long value (a whole
    row) is cut; the list to download has all of it."""
    fields = ["line", "column", "value", "why", "what_to_do"]
    rows = [[getattr(issue, name) for name in fields] for issue in report.issues if issue.effect == "rejected"]
    frame = pd.DataFrame(rows, columns=fields).astype({"line": "Int64"})
    return frame.assign(value=[_cut(value) for value in frame["value"]])


def _cut(value: str | None) -> str | None:
    return value if not isinstance(value, str) or len(value) <= _LONG else value[: _LONG - 1].rstrip() + "…"
