"""Which win chance is in force for each stage, today and on any day: what expected value is made with.

Every build writes today's estimate (``dim_stage_estimate``). The first estimate of a pipeline that rests on enough
history is accepted by itself, in force from the beginning, and so is a newer one while only more files of the same day
come in. Every later one is only a proposal, until somebody accepts it (:mod:`kpi_engine.agreements.probabilities`). A
pipeline without enough history goes on with what stands in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

import pyarrow as pa

from kpi_engine.agreements.versions import (
    Chance,
    Held,
    Key,
    Version,
    accepted_on,
    changing_days,
    overridden_on,
    read_versions,
    record,
    standing,
)
from kpi_engine.forecasting import estimates
from kpi_engine.forecasting.stand_in import NEVER_CERTAIN, choose_on, filled
from kpi_engine.ingest.history import past_day, store_as_of
from kpi_engine.names import UNKNOWN_STAGE, StageKind
from kpi_engine.storage.store import Session, load_sql

HowHeld = Literal["automatic", "accepted", "override", "not_accepted", "stand_in"]
"""How a chance came into force. not_accepted: the stage is newer than the accepted table, so the estimate fills in."""

_EXACT = Decimal("0.000001")
_SHARE = pa.decimal128(9, 6)


@dataclass(frozen=True)
class StageKey:
    """A stage that has a chance: open, won or paid."""

    pipeline: str
    stage: str
    stage_order: int
    kind: str

    @property
    def key(self) -> Key:
        """Pipeline and stage."""
        return self.pipeline, self.stage


@dataclass(frozen=True)
class InForce:
    """The chance of a stage from one day up to, and not including, another (None: until further notice)."""

    pipeline: str
    stage: str
    probability: Decimal
    source: str
    n: int
    how: HowHeld
    version_id: int | None
    valid_from: date
    valid_to: date | None = None


def refresh(session: Session, is_undo: bool = False, is_import: bool = False) -> None:
    """After a build, in its transaction: write today's estimate, accept what is the first sufficient one of a
    pipeline, and put the tables in force.

    ``is_undo``: an import was taken out. Where nothing is left of a pipeline then, what was accepted by itself for it
    is taken back, unless somebody has decided about it: an export that was a mistake leaves no trace in the numbers of
    the next one.
    ``is_import``: files came in. While the data reach no further than when a table was accepted by itself, and nobody
    has decided about its pipeline, the newer estimate takes its place: the first one rested on half of the files.

    Writes ``dim_stage_estimate``, ``dim_stage_probability`` (today's table) and ``dim_stage_probability_history``
    (valid_from, valid_to), for every stage of kind open, won and paid; lost and gone are worth nothing and have no row.
    """
    stages = read_stages(session)
    estimated = _estimated(session, stages)
    _write_estimate(session, estimated)
    if is_undo:
        _take_back_unfounded(session, stages)
    if is_import:
        _take_back_overtaken(session, stages, {c.key: c for c in estimated})
    _accept_first(session, stages, {c.key: c for c in estimated})
    put_in_force(session)


def put_in_force(session: Session) -> None:
    """Write the tables that follow from today's estimate and the decisions, in the caller's transaction."""
    as_of = store_as_of(session) or date.max
    whole = history(read_stages(session), read_estimate(session), read_versions(session))
    table = pa.table(
        {
            "pipeline": pa.array([r.pipeline for r in whole], pa.string()),
            "stage": pa.array([r.stage for r in whole], pa.string()),
            "probability": pa.array([r.probability for r in whole], _SHARE),
            "source": pa.array([r.source for r in whole], pa.string()),
            "n": pa.array([r.n for r in whole], pa.int64()),
            "how": pa.array([r.how for r in whole], pa.string()),
            "version_id": pa.array([r.version_id for r in whole], pa.int64()),
            "valid_from": pa.array([r.valid_from for r in whole], pa.date32()),
            "valid_to": pa.array([r.valid_to for r in whole], pa.date32()),
        }
    )
    with session.lent("chances_in_force", table):
        session.run(load_sql("kpi_engine.forecasting", "replace_probability_history"))
    session.run(load_sql("kpi_engine.forecasting", "replace_stage_probabilities"), {"as_of": as_of})


def read_stages(session: Session) -> list[StageKey]:
    """Every stage that has a chance, pipeline by pipeline, in order."""
    return [StageKey(*row) for row in session.rows(load_sql("kpi_engine.forecasting", "chance_stages"))]


def read_estimate(session: Session) -> dict[Key, Chance]:
    """The estimate of the last build."""
    rows = session.rows(load_sql("kpi_engine.forecasting", "stage_estimate"))
    return {chance.key: chance for chance in (Chance(*row) for row in rows)}


def estimate_on(session: Session, as_of: date | None = None) -> list[Chance]:
    """The estimate of every stage, pipeline by pipeline, in order: the last build's, or the one from what was known at
    the end of an earlier day."""
    stages = read_stages(session)
    past = past_day(session, as_of)
    if past is not None:
        return _estimated(session, stages, past)
    known = read_estimate(session)
    return [known[s.key] for s in stages if s.key in known]


def sufficient_pipelines(stages: Iterable[StageKey], estimated: Mapping[Key, Chance]) -> list[str]:
    """The pipelines whose estimate rests on enough history to be accepted: an open stage learned from it. The others
    of its stages follow from that one, or from the pipeline's own level."""
    learned = {
        s.pipeline
        for s in stages
        if s.kind == StageKind.OPEN and s.key in estimated and estimated[s.key].source == "history"
    }
    return sorted(learned)


def history(stages: Sequence[StageKey], estimated: Mapping[Key, Chance], versions: Sequence[Version]) -> list[InForce]:
    """The chance of every stage over time, without gaps, from BEGINNING on. Pure.

    A stage that came after the table was accepted has what fills in until a table with it is accepted; from then on
    that chance holds for the days before as well, for nobody had decided another.
    """
    days = changing_days(versions)
    accepted = {day: accepted_on(versions, day) for day in days}
    by_hand = {day: overridden_on(versions, day) for day in days}
    found: list[InForce] = []
    for stage in stages:
        began = next((day for day in days if stage.key in accepted[day]), None)
        spans = []
        for day in days:
            is_before = began is not None and day < began
            table = accepted[began] if is_before and began is not None else accepted[day]
            held = by_hand[day].get(stage.key) or table.get(stage.key)
            spans.append(_filled_in(stage, stages, estimated, table, day) if held is None else _held(held, day))
        found.extend(_joined(spans))
    return found


def _held(held: Held, day: date) -> InForce:
    chance, version = held.chance, held.version
    how: HowHeld = "accepted" if version.how == "withdrawn" else version.how
    return InForce(*chance.key, chance.probability, chance.source, chance.n, how, version.version_id, day)


def _filled_in(
    stage: StageKey,
    stages: Sequence[StageKey],
    estimated: Mapping[Key, Chance],
    accepted: Mapping[Key, Held],
    day: date,
) -> InForce:
    """What stands in the place of a chance nobody accepted."""
    own = estimated[stage.key]
    is_new = any(pipeline == stage.pipeline for pipeline, _ in accepted)
    if is_new and own.source != "history" and stage.kind == StageKind.OPEN and stage.stage != UNKNOWN_STAGE:
        opens = [
            s for s in stages if s.pipeline == stage.pipeline and s.kind == StageKind.OPEN and s.stage != UNKNOWN_STAGE
        ]
        told = [float(accepted[s.key].chance.probability) if s.key in accepted else None for s in opens]
        between = exact(filled(told)[opens.index(stage)])
        return InForce(*stage.key, between, "between", 0, "not_accepted", None, day)
    how: HowHeld = "not_accepted" if is_new else "stand_in"
    return InForce(*stage.key, own.probability, own.source, own.n, how, None, day)


def _joined(spans: Sequence[InForce]) -> list[InForce]:
    """Spans that say the same as the one before become one with it; each ends where the next begins."""
    kept = [s for i, s in enumerate(spans) if i == 0 or _says(s) != _says(spans[i - 1])]
    ends = [s.valid_from for s in kept[1:]] + [None]
    return [replace(s, valid_to=end) for s, end in zip(kept, ends, strict=True)]


def _says(span: InForce) -> tuple[object, ...]:
    return astuple(span)[:-2]


def exact(share: float | Decimal) -> Decimal:
    """A share with six decimals, as it is stored."""
    return Decimal(share).quantize(_EXACT, ROUND_HALF_UP)


def _estimated(session: Session, stages: Sequence[StageKey], as_of: date | None = None) -> list[Chance]:
    """The estimate of every stage; where there is none, what stands in. Nothing is certain before the money is
    in."""
    known = {(e.pipeline, e.stage): e for e in estimates.estimate(session, as_of)}
    missing = [s for s in stages if s.key not in known]
    stands_in = {(c.pipeline, c.stage): c for c in choose_on(session, as_of)} if missing else {}
    found = []
    for s in stages:
        if s.key in known:
            e = known[s.key]
            lower, upper = (None if b is None else exact(b) for b in (e.lower, e.upper))
            chance = Chance(s.pipeline, s.stage, exact(e.probability), lower, upper, e.n, e.source)
        else:
            c = stands_in[s.key]
            chance = Chance(s.pipeline, s.stage, c.probability, None, None, c.n, c.source)
        found.append(_below_certain(chance) if s.kind != StageKind.PAID else chance)
    return found


def _below_certain(chance: Chance) -> Chance:
    if chance.probability < 1:
        return chance
    return replace(chance, probability=exact(NEVER_CERTAIN))


def _write_estimate(session: Session, estimated: Sequence[Chance]) -> None:
    table = pa.table(
        {
            "pipeline": pa.array([c.pipeline for c in estimated], pa.string()),
            "stage": pa.array([c.stage for c in estimated], pa.string()),
            "probability": pa.array([c.probability for c in estimated], _SHARE),
            "lower": pa.array([c.lower for c in estimated], _SHARE),
            "upper": pa.array([c.upper for c in estimated], _SHARE),
            "n": pa.array([c.n for c in estimated], pa.int64()),
            "source": pa.array([c.source for c in estimated], pa.string()),
        }
    )
    with session.lent("estimated_chances", table):
        session.run(load_sql("kpi_engine.forecasting", "replace_stage_estimate"))


def _accept_first(session: Session, stages: Sequence[StageKey], estimated: Mapping[Key, Chance]) -> None:
    """Accept by itself what no table holds yet."""
    held = {pipeline for pipeline, _ in accepted_on(read_versions(session))}
    for pipeline in sufficient_pipelines(stages, estimated):
        if pipeline not in held:
            rows = tuple(estimated[s.key] for s in stages if s.pipeline == pipeline)
            record(session, Version(0, "automatic", None, store_as_of(session), pipeline=pipeline, rows=rows))


def _take_back_unfounded(session: Session, stages: Sequence[StageKey]) -> None:
    """Take back what was accepted by itself where nothing is left of the pipeline."""
    there = {s.pipeline for s in stages}
    for version in _undecided(read_versions(session)):
        if version.pipeline not in there:
            _take_back(session, version, "Nothing of this pipeline was left in the store.")


def _take_back_overtaken(session: Session, stages: Sequence[StageKey], estimated: Mapping[Key, Chance]) -> None:
    """Take back what was accepted by itself on fewer files of the same day, where more of them say otherwise."""
    as_of, enough = store_as_of(session), sufficient_pipelines(stages, estimated)
    for version in _undecided(read_versions(session)):
        rows = {estimated[s.key] for s in stages if s.pipeline == version.pipeline}
        if version.as_of == as_of and version.pipeline in enough and rows != set(version.rows):
            _take_back(session, version, "More files of the same day came in.")


def _undecided(versions: Sequence[Version]) -> list[Version]:
    """What was accepted by itself, still stands, and is of a pipeline nobody has decided anything about."""
    decided = {chance.pipeline for v in versions if v.how in ("accepted", "override") for chance in v.rows}
    return [v for v in standing(versions) if v.how == "automatic" and v.pipeline not in decided]


def _take_back(session: Session, version: Version, reason: str) -> None:
    taken = replace(version, version_id=0, how="withdrawn", as_of=store_as_of(session), reason=reason,
                    takes_back=version.version_id, rows=())  # fmt: skip
    record(session, taken)
