"""What was agreed and noted, back from our own download: every version, with who, when and why, as it was."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from kpi_engine.agreements.books import BOOKS, Book, Download
from kpi_engine.agreements.reading import Unreadable
from kpi_engine.ingest.shapes import ImportReport, Issue, Staged
from kpi_engine.storage.store import Session, load_sql


class Versioned(Protocol):
    """One version of something people decided: ``key`` says of what."""

    @property
    def version_id(self) -> int:
        """Its number in its store."""

    @property
    def key(self) -> Hashable:
        """What it is about."""


V = TypeVar("V", bound=Versioned)

_MEND = "Take the file as it was downloaded."


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
    return any(_is_of(book, staged) for book in BOOKS)


def take_in(session: Session, of: Decisions) -> ImportReport:
    """Add what the store lacks, in the caller's transaction and in their order. Where the store tells another past of
    something than the file, it keeps its own, and the file's is left out.

    A file in which a line tells no decision, or one that nobody could have made, is refused whole: what is left of it
    is not what was decided. The report says so, line by line, and nothing is written.
    """
    report, book, missing = _weighed(session, of)
    for version in missing:
        book.write(session, version)
    if missing:
        session.run(load_sql("kpi_engine.agreements", "data_changed"))
    return report


def would_take_in(session: Session, of: Decisions) -> ImportReport:
    """What :func:`take_in` would say; nothing is written."""
    return _weighed(session, of)[0]


def _weighed(session: Session, of: Decisions) -> tuple[ImportReport, Book[Any], list[Any]]:
    """What becomes of a file, its book, and what the store lacks of it."""
    book, download, versions, issues = _understood(of.staged)
    wrong = {issue.line for issue in (*issues, *of.staged.set_aside) if issue.effect == "rejected"}
    if wrong:
        return _refused(of, len(wrong), issues), book, []
    found, missing = weighed(book.read(session), versions, download.named)
    return _report(of, download.lines, found), book, missing


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


def _is_of(book: Book[Any], staged: Staged) -> bool:
    return book.download is not None and tuple(staged.header) == book.download.header


def _understood(staged: Staged) -> tuple[Book[Any], Download[Any], list[Any], tuple[Issue, ...]]:
    """The book a file is of, what its lines tell, and everything that is wrong with them."""
    book = next(book for book in BOOKS if _is_of(book, staged))
    assert book.download is not None
    versions: list[Any] = []
    issues: list[Issue] = []
    for row in staged.table.to_pylist():
        said: Mapping[str, str] = {name: row[f"c{i}"] for i, name in enumerate(book.download.header)}
        try:
            version = book.told(said)
            faults = book.download.faults(version)
            versions.append(version)
        except Unreadable as error:
            faults = error.faults
        issues += [Issue(row["line"], column, said[column], "rejected", why, _MEND) for column, why in faults]
    return book, book.download, versions, tuple(issues)


def _refused(of: Decisions, wrong: int, issues: tuple[Issue, ...]) -> ImportReport:
    blank, skipped = _set_aside(of.staged)
    whole = of.staged.read - blank - skipped
    are = "line is not" if whole == 1 else "lines are not" if wrong > 1 else "lines is not"
    return ImportReport(
        file=of.name,
        kind=None,
        crm=None,
        import_id=None,
        status="rejected",
        read=of.staged.read,
        rejected=whole,
        blank=blank,
        skipped=skipped,
        issues=(*issues, *of.staged.set_aside),
        message=f"Nothing of {of.name} was taken in: {wrong} of its {whole:,} {are} what was decided. {_MEND}",
    )


def _report(of: Decisions, lines: str, found: Returned) -> ImportReport:
    blank, skipped = _set_aside(of.staged)
    parts = [f"{found.added:,} {lines} imported"]
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
        rejected=found.left_out,
        duplicate=found.known,
        blank=blank,
        skipped=skipped,
        issues=of.staged.set_aside,
        message=message,
    )


def _set_aside(staged: Staged) -> tuple[int, int]:
    """How many rows are blank, and how many were skipped."""
    effects = [issue.effect for issue in staged.set_aside]
    return effects.count("blank"), len(effects) - effects.count("blank") - effects.count("rejected")
