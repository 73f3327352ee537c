"""What was agreed and noted, back from our own download: every version, with who, when and why, as it was."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from kpi_engine.agreements import meetings, targets
from kpi_engine.ingest.shapes import ImportReport, Issue, Staged
from kpi_engine.storage.store import Session, load_sql


class Versioned(Protocol):
    """One version of something people decided: ``key`` says of what."""

    @property
    def version_id(self) -> int: ...

    @property
    def key(self) -> Hashable: ...


V = TypeVar("V", bound=Versioned)


@dataclass(frozen=True)
class Book:
    """One kind of file that comes back: its columns, what it is about, how it is read, held and written."""

    header: tuple[str, ...]
    about: str
    of: Callable[[Mapping[str, Any]], Any]
    held: Callable[[Session], list[Any]]
    write: Callable[[Session, Any], object]
    named: Callable[[Any], str]


BOOKS = (
    Book(
        targets.HEADER,
        "decisions about targets",
        targets.version_of,
        targets.read_targets,
        targets.record_target,
        lambda one: f"{one.owner} · {one.kpi} · {one.period}",
    ),
    Book(
        meetings.MEETING_HEADER,
        "notes of one-on-ones",
        meetings.meeting_of,
        meetings.read_meetings,
        meetings.record_meeting,
        lambda one: f"{one.owner} · {one.held_on}",
    ),
    Book(
        meetings.ACTION_HEADER,
        "agreed actions",
        meetings.action_of,
        meetings.read_actions,
        meetings.record_action,
        lambda one: f"{one.owner} · {one.what}",
    ),
)


@dataclass(frozen=True)
class Decisions:
    """A file of decisions as it was read, and its name."""

    name: str
    staged: Staged


@dataclass(frozen=True)
class Returned:
    """What became of versions that came back from a file: ``added`` new ones, ``known`` ones, and what has another past
    here (theirs were left out)."""

    added: int
    known: int
    differing: tuple[str, ...]
    left_out: int


def is_export(staged: Staged) -> bool:
    """Whether a file is one that decisions were exported to."""
    return any(tuple(staged.header) == book.header for book in BOOKS)


def take_in(session: Session, of: Decisions) -> ImportReport:
    """Add what the store lacks, in the caller's transaction and in their order. Where the store tells another past of
    something than the file, it keeps its own, and the file's is left out."""
    book, versions, issues = _understood(of.staged)
    found, missing = weighed(book.held(session), versions, book.named)
    for version in missing:
        book.write(session, version)
    if missing:
        session.run(load_sql("kpi_engine.agreements", "data_changed"))
    return _report(of, book, found, issues)


def would_take_in(session: Session, of: Decisions) -> ImportReport:
    """What :func:`take_in` would say; nothing is written."""
    book, versions, issues = _understood(of.staged)
    return _report(of, book, weighed(book.held(session), versions, book.named)[0], issues)


def weighed(
    held: Iterable[V], versions: Iterable[V], named: Callable[[V], str]
) -> tuple[Returned, list[V]]:
    """What would become of a file's versions beside those that are held, and the ones that are missing."""
    here, told = _by_key(held), _by_key(versions)
    parting = [key for key, theirs in told.items() if _differ(theirs, here.get(key, []))]
    missing = [
        version for key, theirs in told.items() if key not in parting for version in theirs[len(here.get(key, [])) :]
    ]
    missing.sort(key=lambda version: version.version_id)
    known = sum(min(len(theirs), len(here.get(key, []))) for key, theirs in told.items() if key not in parting)
    names = tuple(sorted(named(told[key][0]) for key in parting))
    return Returned(len(missing), known, names, sum(len(told[key]) for key in parting)), missing


def _by_key(versions: Iterable[V]) -> dict[Hashable, list[V]]:
    found: dict[Hashable, list[V]] = {}
    for version in sorted(versions, key=lambda version: version.version_id):
        found.setdefault(version.key, []).append(version)
    return found


def _differ(told: list[Any], held: list[Any]) -> bool:
    """Whether two pasts are different, and not one the beginning of the other. Numbers are given by each store."""
    return any(replace(a, version_id=0) != replace(b, version_id=0) for a, b in zip(told, held, strict=False))


def _understood(staged: Staged) -> tuple[Book, list[Any], tuple[Issue, ...]]:
    book = next(book for book in BOOKS if tuple(staged.header) == book.header)
    versions: list[Any] = []
    issues: list[Issue] = []
    for row in staged.table.to_pylist():
        said: Mapping[str, str] = {name: row[f"c{i}"] for i, name in enumerate(book.header)}
        try:
            versions.append(book.of(said))
        except ValueError as error:
            why = f"It is not a decision as this page exports it ({error})."
            issues.append(Issue(row["line"], None, None, "rejected", why, "Take the file as it was downloaded."))
    return book, versions, tuple(issues)


def _report(of: Decisions, book: Book, found: Returned, issues: tuple[Issue, ...]) -> ImportReport:
    aside = of.staged.set_aside
    blank = sum(issue.effect == "blank" for issue in aside)
    refused = sum(issue.effect == "rejected" for issue in aside) + len(issues)
    parts = [f"{found.added:,} {book.about} imported"]
    if found.known:
        parts.append(f"{found.known:,} were known already")
    message = ", ".join(parts) + "."
    if found.differing:
        message += f" Left out, for here something else was agreed: {'; '.join(found.differing)}."
    return ImportReport(
        file=of.name,
        kind=None,
        crm=None,
        import_id=None,
        status="committed" if found.added else "rejected" if not found.known else "already_imported",
        read=of.staged.read,
        accepted=found.added,
        rejected=refused + found.left_out,
        duplicate=found.known,
        blank=blank,
        skipped=len(aside) - blank - sum(issue.effect == "rejected" for issue in aside),
        issues=(*issues, *aside),
        message=message,
    )
