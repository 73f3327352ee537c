"""Agreed targets that come back from our own download: every version, with who, when and why, as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kpi_engine.agreements.targets import (
    HEADER,
    Returned,
    TargetVersion,
    read_targets,
    take_back_in,
    version_of,
    weighed,
)
from kpi_engine.ingest.shapes import ImportReport, Issue, Staged
from kpi_engine.storage.store import Session


@dataclass(frozen=True)
class Decisions:
    """A file of decisions as it was read, and its name."""

    name: str
    staged: Staged


def is_export(staged: Staged) -> bool:
    """Whether a file is the one the agreed targets were exported to."""
    return tuple(staged.header) == HEADER


def take_in(session: Session, of: Decisions) -> ImportReport:
    """Add what the store lacks, in the caller's transaction; what the store knows, or knows otherwise, stays."""
    versions, issues = _understood(of.staged)
    return _report(of, take_back_in(session, versions), issues)


def would_take_in(session: Session, of: Decisions) -> ImportReport:
    """What :func:`take_in` would say; nothing is written."""
    versions, issues = _understood(of.staged)
    return _report(of, weighed(read_targets(session), versions)[0], issues)


def _understood(staged: Staged) -> tuple[list[TargetVersion], tuple[Issue, ...]]:
    versions: list[TargetVersion] = []
    issues: list[Issue] = []
    for row in staged.table.to_pylist():
        said: Mapping[str, str] = {name: row[f"c{i}"] for i, name in enumerate(HEADER)}
        try:
            versions.append(version_of(said))
        except ValueError as error:
            why = f"It is not a decision as this page exports it ({error})."
            issues.append(Issue(row["line"], None, None, "rejected", why, "Take the file as it was downloaded."))
    return versions, tuple(issues)


def _report(of: Decisions, found: Returned, issues: tuple[Issue, ...]) -> ImportReport:
    aside = of.staged.set_aside
    blank = sum(issue.effect == "blank" for issue in aside)
    refused = sum(issue.effect == "rejected" for issue in aside) + len(issues)
    parts = [f"{found.added:,} decisions about targets imported"]
    if found.known:
        parts.append(f"{found.known:,} were known already")
    message = ", ".join(parts) + "."
    if found.differing:
        which = "; ".join(" · ".join(one) for one in found.differing)
        message += f" Left out, for here something else was agreed: {which}."
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
