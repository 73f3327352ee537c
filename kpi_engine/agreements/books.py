"""The books of what people decided, one per kind: how a decision comes out of a store, into a file, and back again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from kpi_engine.agreements import meetings, targets
from kpi_engine.agreements.meetings import ActionVersion, MeetingVersion
from kpi_engine.agreements.reading import Fault
from kpi_engine.agreements.targets import TargetVersion
from kpi_engine.agreements.versions import Chance, Version, read_versions, record
from kpi_engine.model.qualification import Rule, read_rules, record_rule
from kpi_engine.storage.store import Session

T = TypeVar("T")


@dataclass(frozen=True)
class Download(Generic[T]):
    """The file in which somebody takes a book away and brings it back: its columns, what its lines are, how one is
    named in a sentence, and what is wrong with one that was read but cannot be."""

    header: tuple[str, ...]
    lines: str
    named: Callable[[T], str]
    faults: Callable[[T], list[Fault]]


@dataclass(frozen=True)
class Book(Generic[T]):
    """One kind of decision: the file it is kept in beside the originals, what it is about, how it comes out of a store
    and back in, how a line of text tells it (ValueError where it does not), and the file it is downloaded in, if any.
    """

    file: str
    about: str
    read: Callable[[Session], list[T]]
    write: Callable[[Session, T], object]
    told: Callable[[Mapping[str, Any]], T]
    download: Download[T] | None = None


def _version(said: Mapping[str, Any]) -> Version:
    rows = tuple(_chance(row) for row in said["rows"])
    return Version(**{**said, **_times(said, "effective_date", "as_of"), "rows": rows})


def _chance(said: Mapping[str, Any]) -> Chance:
    shares = {name: None if said[name] is None else Decimal(said[name]) for name in ("probability", "lower", "upper")}
    return Chance(**{**said, **shares})


def _rule(said: Mapping[str, Any]) -> Rule:
    lists = {name: tuple(said[name]) for name in ("needs", "kinds", "exceptions", "agreed_by")}
    return Rule(**{**said, **_times(said, "effective_date"), **lists})


def _times(said: Mapping[str, Any], *days: str) -> dict[str, Any]:
    at = datetime.fromisoformat(said["recorded_at"]) if said["recorded_at"] else None
    return {name: date.fromisoformat(said[name]) if said[name] else None for name in days} | {"recorded_at": at}


CHANCES: Book[Version] = Book("win_chances.decisions", "win chances", read_versions, record, _version)
TARGETS: Book[TargetVersion] = Book(
    "targets.decisions",
    "targets",
    targets.read_targets,
    targets.record_target,
    targets.version_of,
    Download(
        targets.HEADER,
        "decisions about targets",
        lambda one: f"{one.owner} · {one.kpi} · {one.period}",
        targets.faults_of,
    ),
)
MEETINGS: Book[MeetingVersion] = Book(
    "meetings.decisions",
    "notes of one-on-ones",
    meetings.read_meetings,
    meetings.record_meeting,
    meetings.meeting_of,
    Download(
        meetings.MEETING_HEADER, "notes of one-on-ones", lambda one: f"{one.owner} · {one.held_on}", lambda one: []
    ),
)
ACTIONS: Book[ActionVersion] = Book(
    "actions.decisions",
    "agreed actions",
    meetings.read_actions,
    meetings.record_action,
    meetings.action_of,
    Download(
        meetings.ACTION_HEADER, "agreed actions", lambda one: f"{one.owner} · {one.what}", meetings.faults_of_action
    ),
)
RULES: Book[Rule] = Book("qualification.decisions", "the qualification rule", read_rules, record_rule, _rule)

BOOKS: tuple[Book[Any], ...] = (CHANCES, TARGETS, MEETINGS, ACTIONS, RULES)
"""Every kind of decision that is kept."""
