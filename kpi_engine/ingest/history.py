"""What the store knows of earlier imports: the same bytes, the same header, the export before this one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpi_engine.ingest.decided import answers_from_json, answers_to_json, lasting
from kpi_engine.ingest.headers import normal
from kpi_engine.ingest.outcomes import endings
from kpi_engine.ingest.questions import spelled
from kpi_engine.ingest.repeats import row_hashes
from kpi_engine.ingest.shapes import Answers, Detection, ImportReport, Issue, Option, Question, Validated
from kpi_engine.names import COLUMNS, Kind
from kpi_engine.storage.store import Session, load_sql

_MISSING_SHARE = 5
"""More than one in five open deals missing from a newer export raises the question whether it was filtered."""


@dataclass(frozen=True)
class ImportRow:
    """One import as the store lists it."""

    import_id: int
    file_name: str
    sha256: str
    kind: Kind
    crm: str | None
    source_key: str | None
    as_of: date | None
    is_complete: bool
    read: int
    accepted: int
    rejected: int
    duplicate: int
    blank: int
    skipped: int


def _sql(name: str) -> str:
    return load_sql("kpi_engine.ingest", name)


def import_rows(session: Session) -> list[ImportRow]:
    """All imports, the newest first."""
    return [ImportRow(row[0], row[1], row[2], Kind(row[3]), *row[4:]) for row in session.rows(_sql("import_rows"))]


def imported_as(session: Session, sha256: str, name: str, given: Answers) -> ImportReport | None:
    """The report of a file whose bytes are in the store already; None for new bytes."""
    found = session.rows(_sql("imported_as"), {"sha256": sha256})
    if not found:
        return None
    import_id, kind, crm, as_of, read, accepted, rejected, duplicate, blank, skipped = found[0]
    message = f"This very file was imported before (import {import_id}); nothing changed."
    if given != Answers():
        message += " To read it another way, undo that import first."
    return ImportReport(
        name, Kind(kind), crm, import_id, "already_imported",
        read, accepted, rejected, duplicate, blank, skipped, as_of, message=message,
    )  # fmt: skip


def issues_of(session: Session, import_id: int) -> tuple[Issue, ...]:
    """What was said about the lines of an import."""
    return tuple(Issue(*row) for row in session.rows(_sql("issues_of_import"), {"import_id": import_id}))


def remembered(session: Session, header_signature: str) -> Answers | None:
    """What a person decided the last time a file with this header came."""
    text = session.value(_sql("remembered_answers"), {"header_signature": header_signature})
    return None if text is None else answers_from_json(text)


def remember(session: Session, detection: Detection, answers: Answers) -> None:
    """Keep a decision for next week's file with the same header; nothing where nothing was decided."""
    keep = lasting(answers)
    if keep == Answers() or detection.kind is None:
        return
    signed: dict[str, object] = {"header_signature": detection.header_signature}
    session.run(_sql("forget_answers"), signed)
    session.run(_sql("remember_answers"), {**signed, "kind": detection.kind, "answers": answers_to_json(keep)})


def store_question(session: Session, source_key: str, validated: Validated, answers: Answers) -> Question | None:
    """What only earlier exports of the same source can leave open about a deals export: its day, or what it lacks."""
    deals, as_of = validated.tables.get("raw_deals"), validated.as_of
    if deals is None or as_of is None:
        return None
    question = _day_question(session, source_key, deals, as_of) if answers.as_of is None else None
    if question is None and answers.filtered is None:
        question = _filtered_question(session, source_key, deals, as_of)
    return question


def key_question(
    session: Session, source_key: str, header: tuple[str, ...], detection: Detection, answers: Answers
) -> Question | None:
    """What names a deal, asked when earlier exports of a file without an id named their deals by other columns: under
    another key every deal would be there twice."""
    if answers.key is not None or not detection.key:
        return None
    export, named_by = source_key.rsplit(":", 1)
    before = {key for row in import_rows(session) if row.source_key for of, key in [row.source_key.rsplit(":", 1)]
              if of == export}  # fmt: skip
    names = {normal(name): name for name in header}
    earlier = [key for key in sorted(before) if all(part in names for part in key.split("+"))]
    if named_by in before or not earlier:
        return None
    keys = [tuple(names[part] for part in earlier[0].split("+")), tuple(header[p] for p in detection.key)]
    labels = [" + ".join(key) for key in keys]
    return Question(
        "key",
        f"Earlier exports of this file named a deal by {labels[0]}, which in this one is the same on several rows. "
        "What names a deal?",
        (
            Option("\n".join(keys[0]), f"{labels[0]}, as before"),
            Option("\n".join(keys[1]), f"{labels[1]}: undo the earlier exports and import them again so, too"),
        ),
    )


def _day_question(session: Session, source_key: str, deals: pa.Table, as_of: date) -> Question | None:
    """When an export was made, asked when the one before has the same newest date and some of the same deals.

    Nothing was created or closed in between; files of one day that share no deal are parts of one export, and one that
    says the very same in another order of rows is the same export once more.
    """
    before = session.arrow(_sql("same_day_exports"), {"source_key": source_key, "as_of": as_of})
    if not before.num_rows or not pc.any(pc.is_in(_whole(deals["deal_id"]), _whole(before["deal_id"]))).as_py():
        return None
    if _says_the_same(before, deals):
        return None
    later = {1: "A day later", 7: "A week later"}
    same = f"On the same day, {spelled(as_of)}: its rows replace those of the export before"
    options = [Option(as_of.isoformat(), same)]
    for days, words in later.items():
        day = as_of + timedelta(days=days)
        options.append(Option(day.isoformat(), f"{words}, {spelled(day)}"))
    text = f"When was this export made? The newest date in it is the same as in the export before ({spelled(as_of)})."
    return Question("as_of", text, tuple(options))


def _says_the_same(before: pa.Table, deals: pa.Table) -> bool:
    """Whether one of the exports before has the same rows, in whatever order."""
    rows = np.sort(_row_hashes(deals))
    imports = before["import_id"]
    return any(
        np.array_equal(rows, np.sort(_row_hashes(before.filter(pc.equal(imports, one)))))
        for one in pc.unique(imports).to_pylist()
        if pc.sum(pc.equal(imports, one)).as_py() == deals.num_rows
    )


def _row_hashes(deals: pa.Table) -> np.ndarray:
    """A number per deal that is the same where all its canonical columns are."""
    nothing = pa.nulls(deals.num_rows, pa.string())
    names = [c.name for c in COLUMNS[Kind.DEALS]]
    return row_hashes([_whole(deals[n]).cast(pa.string()) if n in deals.column_names else nothing for n in names])


def _filtered_question(session: Session, source_key: str, deals: pa.Table, as_of: date) -> Question | None:
    """Whether an export was filtered, asked when many of the deals open in the one before are missing from it."""
    before = session.arrow(_sql("previous_export"), {"source_key": source_key, "as_of": as_of})
    if before.num_rows == 0:
        return None
    parts = [_whole(before[name]) for name in ("deal_id", "status", "stage", "is_closed")]
    ids, status, stage, is_closed = parts
    is_open = endings(status, stage, is_closed).is_null()
    open_ids = ids.filter(is_open)
    missing = len(open_ids) - (pc.sum(pc.is_in(open_ids, _whole(deals["deal_id"]))).as_py() or 0)
    if missing * _MISSING_SHARE <= len(open_ids):
        return None
    return Question(
        id="filtered",
        text=(
            f"{missing:,} of the {len(open_ids):,} deals that were open in the export before are missing here. "
            "Was this export filtered, or are those deals gone?"
        ),
        options=(
            Option("filtered", "It was filtered: deals that are missing stay as they were"),
            Option("complete", "It is complete: deals that are missing are gone"),
        ),
        suggested="filtered",
    )


def timezone(session: Session) -> str:
    """The store's time zone, an IANA name."""
    return session.value(_sql("timezone")) or "UTC"


def store_as_of(session: Session) -> date | None:
    """The day the store speaks of; None for an empty one."""
    found: date | None = session.value(_sql("store_as_of"))
    return found


def past_day(session: Session, as_of: date | None) -> date | None:
    """A day that is looked back at, one before the day the store speaks of; None for now, however it is said: no day
    is named, or the newest one is, or one to come."""
    newest = store_as_of(session)
    return as_of if as_of is not None and newest is not None and as_of < newest else None


def _whole(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks()
    return pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole
