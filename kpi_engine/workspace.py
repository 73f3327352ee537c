"""Files into a store and out again: the one door for the pages, the command line and the tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from kpi_engine.agreements import journal, returning
from kpi_engine.agreements import settings as agreed
from kpi_engine.agreements.books import BOOKS
from kpi_engine.errors import UnknownName, UserFileError
from kpi_engine.forecasting.probabilities import refresh
from kpi_engine.ingest import history, keep, report, reread
from kpi_engine.ingest.child import batches, stage_in_child, stage_together
from kpi_engine.ingest.commit import FileFacts, commit
from kpi_engine.ingest.history import ImportRow, store_as_of
from kpi_engine.ingest.settled import settled
from kpi_engine.ingest.shapes import Answers, Detection, ImportReport, Issue, Question, Staged, Upload
from kpi_engine.ingest.understand import (
    Ready,
    asked_by_store,
    in_order,
    refused,
    report_of,
    same_again,
    set_apart,
    understand,
)
from kpi_engine.ingest.undo import undo
from kpi_engine.model.build import build, is_outdated
from kpi_engine.model.checks import ModelError
from kpi_engine.model.settings import Settings, read_settings
from kpi_engine.storage.store import Session, Store

__all__ = [
    "ImportRow",
    "Preview",
    "change_settings",
    "decide",
    "import_files",
    "imports",
    "issues_of",
    "open_store",
    "preview",
    "rebuild",
    "rebuild_from_originals",
    "rejects_csv",
    "store_as_of",
    "undo_import",
]

Progress = Callable[[float, str], None]
Reader = Callable[[Path, str], Staged]
D = TypeVar("D")

_PREVIEW_ROWS = 20
_READERS = 2


@dataclass(frozen=True)
class Preview:
    """A file as it would be understood, for the mapping screen; nothing is written.

    ``head``: the first rows as they stand in the file. ``understood``: raw table → its first typed rows.
    ``report``: what an import would say now; its status is 'committed' where nothing stands in the way.
    """

    header: tuple[str, ...]
    head: tuple[tuple[str, ...], ...]
    detection: Detection | None
    understood: dict[str, list[dict[str, Any]]]
    answers: Answers
    report: ImportReport
    settled: tuple[Question, ...] = ()
    """Questions the answers settle, those remembered of the last file like it among them."""
    choices: tuple[Question, ...] = ()
    """What was decided without asking, and can be decided otherwise."""


@dataclass(frozen=True)
class _File:
    """An upload nobody has imported yet: its place among the uploads, its hash, and what was decided about it."""

    place: int
    upload: Upload
    sha256: str
    given: Answers


def open_store(path: Path) -> Store:
    """Open a store; where its log was damaged and set aside, import again what the log may have held. Where an older
    Tideline built its facts, they are built anew."""
    store = Store.open(path)
    if store.wal_was_set_aside:
        decided = _restore_decisions(store)
        restored = [r for r in rebuild_from_originals(store) if r.status == "committed"]
        if restored:
            store.notices.append(f"{len(restored)} imports the log had held were read again from the kept originals.")
        for about, n in decided.items():
            store.notices.append(f"Decisions about {about} that the log had held were put back: {n}.")
    if is_outdated(store.read()):
        try:
            rebuild(store)
            store.notices.append("An older Tideline had worked out this store's numbers: they were worked out anew.")
        except ModelError as mistake:
            # Whoever cannot open the store can neither undo an import nor take their data away.
            store.notices.append(f"{mistake} What is shown is what an older Tideline had worked out.")
    return store


def import_files(
    store: Store,
    uploads: Sequence[Upload],
    answers: Mapping[str, Answers] | None = None,
    progress: Progress | None = None,
    *,
    reader: Reader | None = None,
) -> list[ImportReport]:
    """Import files; everything that can be committed is, with the facts, in one transaction.

    Parameters
    ----------
    store : Store
    uploads : sequence of Upload
        A file that needs an answer or is refused does not stop the others.
    answers : mapping, optional
        Upload name → what the person decided. What was decided for the same header before holds where nothing is said.
    progress : callable, optional
        Called with the share done (0..1) and a few words.
    reader : callable, optional
        How bytes are read: in child processes with limits (small files share one), unless a test says otherwise.

    Returns
    -------
    list of ImportReport
        One per upload, in their order.
    """
    answers = answers or {}
    tell = progress or (lambda share, words: None)
    reports: dict[int, ImportReport] = {}
    ready: dict[int, Ready] = {}
    decisions: dict[int, returning.Decisions] = {}
    with ThreadPoolExecutor(_READERS) as pool:
        hashes = list(pool.map(keep.sha256_of, [upload.path for upload in uploads]))
    first = {sha256: i for i, sha256 in reversed(list(enumerate(hashes)))}
    files: list[_File] = []
    for i in sorted(first.values()):
        given = answers.get(uploads[i].name, Answers())
        known = history.imported_as(store.read(), hashes[i], uploads[i].name, given)
        if known is None:
            files.append(_File(i, uploads[i], hashes[i], given))
        else:
            reports[i] = known
    together = [[files[n] for n in batch] for batch in batches([file.upload.path.stat().st_size for file in files])]
    with ThreadPoolExecutor(_READERS) as pool:
        reading = [pool.submit(_read, store, batch, reader) for batch in together]
        done = 0
        for batch, outcome in zip(together, reading, strict=True):
            more = f" and {len(batch) - 1} more" if len(batch) > 1 else ""
            tell(0.7 * done / len(files), f"Reading {batch[0].upload.name}{more}")
            for file, read in zip(batch, outcome.result(), strict=True):
                if isinstance(read, Ready):
                    ready[file.place] = read
                elif isinstance(read, returning.Decisions):
                    decisions[file.place] = read
                else:
                    reports[file.place] = read
            done += len(batch)
    if ready:
        reports |= _commit_all(store, ready, tell)
    for place, read_again in decisions.items():
        reports[place] = decide(store, partial(returning.take_in, of=read_again))
    for i, upload in enumerate(uploads):
        if i not in reports:
            reports[i] = same_again(upload, reports[first[hashes[i]]])
    tell(1.0, "Done")
    return [reports[i] for i in range(len(uploads))]


def preview(
    store: Store, upload: Upload, answers: Answers | None = None, *, reader: Reader = stage_in_child
) -> Preview:
    """How a file would be understood with these answers. Reads the store, writes nothing."""
    given = answers or Answers()
    known = history.imported_as(store.read(), keep.sha256_of(upload.path), upload.name, given)
    try:
        staged = reader(upload.path, upload.name)
    except UserFileError as refusal:
        return Preview((), (), None, {}, given, refused(upload, str(refusal)))
    if returning.is_export(staged):
        again = returning.would_take_in(store.read(), returning.Decisions(upload.name, staged))
        return Preview(staged.header, (), None, {}, given, again)
    outcome, detection, used, validated = understand(store.read(), upload, staged, given)
    if isinstance(outcome, Ready):
        outcome = set_apart(store.read(), outcome)
        validated = outcome.validated
    understood = {} if validated is None else {
        name: [{**row, "line": abs(row["line"])} for row in table.slice(0, _PREVIEW_ROWS).to_pylist()]
        for name, table in validated.tables.items()
    }  # fmt: skip
    head = staged.table.slice(0, _PREVIEW_ROWS).drop_columns(["line"]).to_pylist()
    now = (
        outcome
        if isinstance(outcome, ImportReport)
        else asked_by_store(store.read(), outcome) or report_of(outcome, None)
    )
    return Preview(
        staged.header,
        tuple(tuple(row.values()) for row in head),
        detection,
        understood,
        used,
        known or now,
        settled(staged, used),
        validated.choices if validated else (),
    )


def undo_import(store: Store, import_id: int) -> None:
    """Take one import back, exactly, and rebuild the facts.

    Raises
    ------
    UnknownName
        No import has this number.
    """
    with store.transaction() as session:
        known = {row.import_id: row for row in history.import_rows(session)}
        if import_id not in known:
            raise UnknownName.of("import", str(import_id), map(str, known))
        undo(session, import_id)
        _build(session, is_undo=True)
    keep.forget(store, known[import_id].sha256)
    journal.keep(store)


def decide(store: Store, decided: Callable[[Session], D]) -> D:
    """Make a decision of any kind (see :mod:`kpi_engine.agreements`: win chances, targets, notes and actions of
    one-on-ones, the qualification rule) in a transaction of its own, and keep it beside the originals as well.

    ``decided``: makes it in the session it is given; what it returns is returned, what it raises is raised, and then
    nothing was written.
    """
    with store.transaction() as session:
        version = decided(session)
    journal.keep(store)
    return version


def imports(store: Store) -> list[ImportRow]:
    """All imports, the newest first."""
    return history.import_rows(store.read())


def issues_of(store: Store, import_id: int) -> tuple[Issue, ...]:
    """What was said about the lines of one import."""
    return history.issues_of(store.read(), import_id)


def rejects_csv(of: ImportReport | int, store: Store | None = None) -> bytes:
    """Every line's fate as a CSV, formula-safe: from a report, or from the store by an import's number."""
    if isinstance(of, ImportReport):
        return report.issues_csv(of.issues)
    if store is None:
        raise ValueError("an import's number needs its store")
    return report.issues_csv(issues_of(store, of))


def change_settings(store: Store, **changes: str | int | None) -> Settings:
    """Change some settings and count everything anew, in one transaction. None sets one back to its default.

    With the time zone the day of every time that carries an offset changes: the originals are read again.

    Raises
    ------
    UnknownName, BadSetting
        No such setting, or a value it cannot have. Nothing was written.
    UserFileError
        The time zone cannot change, because an import's original is not there any more. Nothing was written.
    """
    with store.transaction() as session:
        before = read_settings(session)
        after = agreed.change_settings(session, **changes)
        if (before.timezone or "UTC") != (after.timezone or "UTC"):
            reread.put_again(session, reread.read_originals(store))
        if after != before:
            _build(session)
    return after


def rebuild(store: Store) -> None:
    """Make all facts anew from the raw tables."""
    with store.transaction() as session:
        _build(session)
    journal.keep(store)


def rebuild_from_originals(store: Store, *, reader: Reader | None = None) -> list[ImportReport]:
    """Import again every kept original that the store does not hold, in the order of old, with the answers of old.
    Decisions that it does not hold come back first."""
    _restore_decisions(store)
    held = {row.sha256 for row in imports(store)}
    missing = [original for original in keep.kept(store) if original.path.name not in held]
    reports: list[ImportReport] = []
    for original in missing:
        answers = {original.name: original.answers}
        reports += import_files(store, [Upload(original.path, original.name)], answers, reader=reader)
    return reports


def _restore_decisions(store: Store) -> dict[str, int]:
    """Put back what the store has lost of each kind of decision; returns how many, by what they are about."""
    written = {}
    for book in BOOKS:
        journal.set_aside(store, book)
        written[book.about] = journal.kept(store, book)
    if not any(written.values()):
        return {}
    with store.transaction() as session:
        restored = {book.about: journal.restore(session, book, written[book.about]) for book in BOOKS}
        if any(restored.values()):
            _build(session)
    return {about: n for about, n in restored.items() if n}


# --- one file ------------------------------------------------------------------------------------------------------


def _read(
    store: Store, files: Sequence[_File], reader: Reader | None
) -> list[Ready | returning.Decisions | ImportReport]:
    """Files as far as they can be read and understood before anything is written."""
    if reader is None:
        read = stage_together([(file.upload.path, file.upload.name) for file in files])
    else:
        read = [_staged(file.upload, reader) for file in files]
    outcomes: list[Ready | returning.Decisions | ImportReport] = []
    for file, staged in zip(files, read, strict=True):
        if isinstance(staged, UserFileError):
            outcomes.append(refused(file.upload, str(staged)))
            continue
        if returning.is_export(staged):
            outcomes.append(returning.Decisions(file.upload.name, staged))
            continue
        outcome = understand(store.read(), file.upload, staged, file.given)[0]
        outcomes.append(replace(outcome, sha256=file.sha256) if isinstance(outcome, Ready) else outcome)
    return outcomes


def _staged(upload: Upload, reader: Reader) -> Staged | UserFileError:
    try:
        return reader(upload.path, upload.name)
    except UserFileError as refusal:
        return refusal


# --- all files -----------------------------------------------------------------------------------------------------


def _commit_all(store: Store, ready: dict[int, Ready], tell: Progress) -> dict[int, ImportReport]:
    """One transaction: every file that raises no question now, older exports first, then the facts.

    An original is kept before its rows are written and let go again where they were not.
    """
    order = in_order(store.read(), ready)
    with ThreadPoolExecutor(_READERS) as pool:
        kept = pool.map(lambda i: keep.keep(store, ready[i].upload.path, ready[i].sha256), order)
        hashes = dict(zip(order, kept, strict=True))
    reports: dict[int, ImportReport] = {}
    try:
        with store.transaction() as session:
            for n, i in enumerate(order):
                tell(0.7 + 0.15 * n / len(order), f"Storing {ready[i].upload.name}")
                ready[i] = set_apart(session, ready[i])
                reports[i] = asked_by_store(session, ready[i]) or _commit_one(session, ready[i], hashes[i])
            if any(r.status == "committed" for r in reports.values()):
                tell(0.85, "Counting")
                _build(session, is_import=True)
    except BaseException:
        for sha256 in hashes.values():
            keep.forget(store, sha256)
        raise
    for i, outcome in reports.items():
        if outcome.import_id is None:
            keep.forget(store, hashes[i])
        else:
            keep.remember(store, hashes[i], ready[i].upload.name, ready[i].answers, outcome.import_id)
    journal.keep(store)
    return reports


def _commit_one(session: Session, ready: Ready, sha256: str) -> ImportReport:
    facts = FileFacts(
        name=ready.upload.name,
        sha256=sha256,
        source_key=ready.source_key,
        answers=ready.answers,
        as_of=ready.validated.as_of,
        is_complete=ready.answers.filtered != "filtered",
    )
    import_id = commit(session, facts, ready.detection, ready.validated)
    history.remember(session, ready.detection, ready.answers)
    return report_of(ready, import_id)


def _build(session: Session, is_undo: bool = False, is_import: bool = False) -> None:
    build(session)
    refresh(session, is_undo, is_import)
