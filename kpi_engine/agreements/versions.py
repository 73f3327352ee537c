"""Accepted win chances as versions: decisions that are only ever added to, and what they make of a day's table.

A table set by itself (``automatic``), one a manager ``accepted``, one stage set by hand (``override``), and any of them
taken back (``withdrawn``: a decision of its own, so the past stays as it was). A stage set by hand keeps its chance
until that is taken back, or until somebody accepts the estimate of this very stage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

import pyarrow as pa

from kpi_engine.model.decisions import numbered
from kpi_engine.storage.store import Session, load_sql

How = Literal["automatic", "accepted", "override", "withdrawn"]

Key = tuple[str, str]
"""Pipeline and stage."""

BEGINNING = date.min
"""The first day of a table that was always in force."""


@dataclass(frozen=True)
class Chance:
    """The win chance of one stage as it was decided. ``probability, lower, upper`` in [0, 1]; the bounds are None where
    there is no estimate behind it. ``source``: what it rests on (history, crm, …, by hand)."""

    pipeline: str
    stage: str
    probability: Decimal
    lower: Decimal | None
    upper: Decimal | None
    n: int
    source: str

    @property
    def key(self) -> Key:
        """Pipeline and stage."""
        return self.pipeline, self.stage


@dataclass(frozen=True)
class Version:
    """One decision.

    ``effective_date``: the first day it counts (None: always did). ``as_of``: how far the data reached when it was
    made. ``recorded_at``: the time it was made, None for what nobody made. ``pipeline, stage``: what it was about; None
    for all. ``takes_back``: the decision a withdrawal ends.
    """

    version_id: int
    how: How
    effective_date: date | None = None
    as_of: date | None = None
    recorded_at: datetime | None = None
    decided_by: str | None = None
    reason: str | None = None
    pipeline: str | None = None
    stage: str | None = None
    takes_back: int | None = None
    rows: tuple[Chance, ...] = field(default=())

    @property
    def since(self) -> date:
        """The first day it counts."""
        return self.effective_date or BEGINNING


@dataclass(frozen=True)
class Held:
    """A chance with the decision that holds it."""

    chance: Chance
    version: Version


def read_versions(session: Session) -> list[Version]:
    """Every decision, oldest first."""
    rows: dict[int, list[Chance]] = {}
    for version_id, *chance in session.rows(load_sql("kpi_engine.agreements", "version_rows")):
        rows.setdefault(version_id, []).append(Chance(*chance))
    return [
        Version(
            version_id=version_id,
            how=how,
            effective_date=effective_date,
            as_of=as_of,
            recorded_at=recorded_at,
            decided_by=decided_by,
            reason=reason,
            pipeline=pipeline,
            stage=stage,
            takes_back=takes_back,
            rows=tuple(rows.get(version_id, ())),
        )
        for version_id, recorded_at, as_of, effective_date, how, decided_by, reason, pipeline, stage, takes_back in (
            session.rows(load_sql("kpi_engine.agreements", "versions"))
        )
    ]


def record(session: Session, version: Version) -> Version:
    """Add a decision, in the caller's transaction; its number is given here. Returns it with its number."""
    recorded = numbered(session, "chance_versions", version)
    values = {name: getattr(recorded, name) for name in recorded.__dataclass_fields__ if name != "rows"}
    session.run(load_sql("kpi_engine.agreements", "record_version"), values)
    share = pa.decimal128(9, 6)
    table = pa.table(
        {
            "pipeline": pa.array([c.pipeline for c in version.rows], pa.string()),
            "stage": pa.array([c.stage for c in version.rows], pa.string()),
            "probability": pa.array([c.probability for c in version.rows], share),
            "lower": pa.array([c.lower for c in version.rows], share),
            "upper": pa.array([c.upper for c in version.rows], share),
            "n": pa.array([c.n for c in version.rows], pa.int64()),
            "source": pa.array([c.source for c in version.rows], pa.string()),
        }
    )
    with session.lent("decided_rows", table):
        sql = load_sql("kpi_engine.agreements", "record_version_rows")
        session.run(sql, {"version_id": recorded.version_id})
    return recorded


def standing(versions: Sequence[Version], day: date | None = None) -> list[Version]:
    """The decisions that count on a day and are not taken back by then, in the order in which they came into force.

    ``day``: None for all there are, also those of days to come.
    """
    by_then = [v for v in versions if day is None or v.since <= day]
    taken_back = {v.takes_back for v in by_then if v.how == "withdrawn"}
    held = [v for v in by_then if v.how != "withdrawn" and v.version_id not in taken_back]
    return sorted(held, key=lambda v: (v.since, v.version_id))


def accepted_on(versions: Sequence[Version], day: date | None = None) -> dict[Key, Held]:
    """The accepted chance of every stage on a day, without what was set by hand."""
    return {
        chance.key: Held(chance, version)
        for version in standing(versions, day)
        if version.how != "override"
        for chance in version.rows
    }


def overridden_on(versions: Sequence[Version], day: date | None = None) -> dict[Key, Held]:
    """The chances set by hand that count on a day."""
    found: dict[Key, Held] = {}
    for version in standing(versions, day):
        for chance in version.rows:
            if version.how == "override":
                found[chance.key] = Held(chance, version)
            elif version.stage is not None:
                found.pop(chance.key, None)
    return found


def changing_days(versions: Sequence[Version]) -> list[date]:
    """The days on which a decision comes into force, ascending, the beginning first."""
    return sorted({BEGINNING, *(v.since for v in versions)})
