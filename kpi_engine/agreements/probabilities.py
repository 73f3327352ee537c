"""Which win chances the team works with: accept what the history says, set a stage by hand, take either back.

Everything here adds a decision and never changes one that was made; expected value follows at once, in the caller's
transaction, and the data version goes up, because the numbers of before no longer hold.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from kpi_engine.agreements.versions import (
    Chance,
    Held,
    Key,
    Version,
    accepted_on,
    overridden_on,
    read_versions,
    record,
    standing,
)
from kpi_engine.errors import TidelineError, UnknownName
from kpi_engine.forecasting.probabilities import (
    StageKey,
    exact,
    put_in_force,
    read_estimate,
    read_stages,
    sufficient_pipelines,
)
from kpi_engine.ingest.history import store_as_of
from kpi_engine.names import StageKind
from kpi_engine.storage.store import Session, load_sql

BY_HAND = "hand"
"""What a chance rests on that was set by hand."""


class ChanceRefused(TidelineError):
    """A decision about win chances that cannot be made; the sentence says why. Nothing was written."""


class ProposalMovedOn(ChanceRefused):
    """What somebody decided about is no longer what the store says."""


@dataclass(frozen=True)
class Seen:
    """What somebody had before their eyes when they decided."""

    data_version: int
    version_id: int


@dataclass(frozen=True)
class Decision:
    """Who decides, when, from which day on (None: the day the data reach to), and upon seeing what (None: whatever
    the store says now)."""

    by: str | None = None
    recorded_at: datetime | None = None
    effective: date | None = None
    seen: Seen | None = None


def seen_now(session: Session) -> Seen:
    """The state of the store a decision is about."""
    return Seen(*session.rows(load_sql("kpi_engine.agreements", "seen_now"))[0])


def in_force(session: Session, day: date | None = None) -> dict[Key, Held]:
    """The decided chance of every stage on a day (None: the day the data reach to); a stage nobody decided about is
    not in it."""
    versions = read_versions(session)
    on = day or store_as_of(session)
    return accepted_on(versions, on) | overridden_on(versions, on)


def accept(
    session: Session,
    decision: Decision,
    pipeline: str | None = None,
    stage: str | None = None,
    among: Collection[str] | None = None,
) -> Version:
    """Accept the estimate: of every pipeline that has enough history, of one pipeline, or of one stage.

    ``among``: of these pipelines only, in one decision; None for any.
    A stage set by hand keeps its chance, unless it is this very stage that is accepted.

    Raises
    ------
    ProposalMovedOn
        Newer data or another decision came in since ``decision.seen``.
    ChanceRefused
        There is nothing to accept, or the day lies before the table in force.
    UnknownName
        No pipeline or stage has that name.
    """
    as_of = _checked(session, decision)
    stages = read_stages(session)
    _known(stages, pipeline, stage)
    asked = [_one_stage(stages, pipeline, stage)] if stage is not None else stages
    wanted = [s for s in asked if pipeline in (None, s.pipeline) and (among is None or s.pipeline in among)]
    estimated = read_estimate(session)
    enough = sufficient_pipelines(stages, estimated)
    rows = tuple(estimated[s.key] for s in wanted if s.pipeline in enough)
    if not rows:
        where = f" in the pipeline '{pipeline}'" if pipeline else ""
        raise ChanceRefused(
            f"Too few deals have ended{where} to learn win chances from: there is nothing to accept yet. "
            "A stage can be set by hand meanwhile."
        )
    whole = Version(
        version_id=0,
        how="accepted",
        effective_date=_effective(session, decision, as_of, {row.pipeline for row in rows}),
        as_of=as_of,
        recorded_at=decision.recorded_at,
        decided_by=decision.by,
        pipeline=rows[0].pipeline if stage is not None else pipeline,
        stage=stage,
        rows=rows,
    )
    return _decided(session, whole)


def override(
    session: Session, decision: Decision, pipeline: str | None, stage: str, probability: Decimal, reason: str
) -> Version:
    """Set the chance of one stage by hand, with a reason.

    ``pipeline``: None where only one has a stage of that name. ``probability`` in [0, 1).

    Raises
    ------
    ChanceRefused
        There is no reason, the chance is none, the stage is not one of open deals, or the day lies before the table in
        force.
    ProposalMovedOn, UnknownName
        As for :func:`accept`.
    """
    as_of = _checked(session, decision)
    stages = read_stages(session)
    chosen = _one_stage(stages, pipeline, stage)
    said = " ".join(reason.split())
    if not said:
        raise ChanceRefused("Give a reason: whoever looks at this number later will ask why it was set by hand.")
    if not (probability.is_finite() and 0 <= probability <= 1):
        raise ChanceRefused("A win chance lies between 0 and 100 %.")
    if chosen.kind != StageKind.OPEN:
        raise ChanceRefused(
            f"Expected value counts open deals, and a deal in '{stage}' is {chosen.kind}: a chance set by hand "
            "would change no number. Choose a stage in which deals are still open."
        )
    value = exact(probability)
    if value >= 1:
        raise ChanceRefused("Nothing is certain before the money is in: choose less than 100 %.")
    version = Version(
        version_id=0,
        how="override",
        effective_date=_effective(session, decision, as_of, {chosen.pipeline}),
        as_of=as_of,
        recorded_at=decision.recorded_at,
        decided_by=decision.by,
        reason=said,
        pipeline=chosen.pipeline,
        stage=stage,
        rows=(Chance(chosen.pipeline, stage, value, None, None, 0, BY_HAND),),
    )
    return _decided(session, version)


def last_decided(versions: Sequence[Version]) -> Version | None:
    """The decision that an undo would take back: the last one somebody made that still stands, an acceptance or a stage
    set by hand. What was taken by itself has nothing before it to go back to."""
    made = [v for v in standing(versions) if v.how in ("accepted", "override")]
    return max(made, key=lambda v: v.version_id, default=None)


def withdraw(session: Session, decision: Decision, version_id: int | None = None) -> Version:
    """Take the last decision back, an acceptance or a stage set by hand. ``version_id``: the one that is meant, where
    somebody saw it on screen.

    Taken back while the data reach no further than when it was made, it is as if it had never been; later, what held
    before it comes back into force on the day the data reach to, and the days between keep what they had.

    Raises
    ------
    ChanceRefused
        Nobody has decided anything yet.
    ProposalMovedOn
        ``version_id`` is not the last one any more.
    """
    as_of = _checked(session, decision)
    last = last_decided(read_versions(session))
    if last is None and version_id is None:
        raise ChanceRefused(
            "Nobody has accepted any win chances yet, nor set one by hand: there is nothing to take back."
        )
    if last is None or version_id not in (None, last.version_id):
        raise ProposalMovedOn("Somebody else has decided about win chances meanwhile. Look at them again.")
    return _taken_back(session, decision, last, as_of)


def take_back_override(session: Session, decision: Decision, pipeline: str | None, stage: str) -> Version:
    """Give a stage that was set by hand its accepted chance again.

    Raises
    ------
    ChanceRefused
        The stage is not set by hand.
    ProposalMovedOn
        As for :func:`accept`.
    """
    as_of = _checked(session, decision)
    versions = read_versions(session)
    # By what was decided, not by the stages there are: the stage may be gone from the newest export.
    named = [key for key in overridden_on(versions) if key[1] == stage and pipeline in (None, key[0])]
    if not named:
        raise ChanceRefused(f"The chance of '{stage}' is not set by hand: there is nothing to take back.")
    if len(named) > 1:
        raise ChanceRefused(f"'{stage}' is set by hand in several pipelines. Say which pipeline is meant.")
    # It may have been set several times: what comes back is the accepted chance, not an earlier one by hand.
    set_by_hand = [v for v in standing(versions) if v.how == "override" and (v.pipeline, v.stage) == named[0]]
    return [_taken_back(session, decision, version, as_of) for version in set_by_hand][-1]


def _taken_back(session: Session, decision: Decision, version: Version, as_of: date) -> Version:
    is_unlived = version.as_of == as_of
    since = version.effective_date if is_unlived else max(as_of, version.since)
    withdrawal = replace(
        version,
        version_id=0,
        how="withdrawn",
        effective_date=since,
        as_of=as_of,
        recorded_at=decision.recorded_at,
        decided_by=decision.by,
        reason=None,
        takes_back=version.version_id,
        rows=(),
    )
    return _decided(session, withdrawal)


def _decided(session: Session, version: Version) -> Version:
    recorded = record(session, version)
    put_in_force(session)
    session.run(load_sql("kpi_engine.agreements", "data_changed"))
    return recorded


def _checked(session: Session, decision: Decision) -> date:
    """The day the data reach to, when the decision is about what the store says now."""
    if decision.seen is not None and decision.seen != seen_now(session):
        raise ProposalMovedOn(
            "The proposal has moved on since you saw it: newer data came in, or somebody else decided. Nothing was "
            "changed. Look at it again, then decide."
        )
    as_of = store_as_of(session)
    if as_of is None:
        raise ChanceRefused("There are no deals yet to have chances. Import an export of deals first.")
    return as_of


def _effective(session: Session, decision: Decision, as_of: date, pipelines: set[str]) -> date:
    """From which day on it counts: never before a table that is in force already, whose days are over."""
    effective = decision.effective or as_of
    held = [v for v in standing(read_versions(session), as_of) if {c.pipeline for c in v.rows} & pipelines]
    newest = max((v.since for v in held), default=effective)
    if effective < newest:
        raise ChanceRefused(
            f"The chances in force hold since {newest}. Others cannot begin on {effective}, before them: "
            f"choose {newest} or a later day."
        )
    return effective


def _one_stage(stages: Sequence[StageKey], pipeline: str | None, stage: str) -> StageKey:
    _known(stages, pipeline, stage)
    named = [s for s in stages if s.stage == stage and pipeline in (None, s.pipeline)]
    if len(named) > 1:
        raise ChanceRefused(f"Several pipelines have a stage called '{stage}'. Say which pipeline is meant.")
    return named[0]


def _known(stages: Sequence[StageKey], pipeline: str | None, stage: str | None) -> None:
    if pipeline is not None and pipeline not in {s.pipeline for s in stages}:
        raise UnknownName.of("pipeline", pipeline, {s.pipeline for s in stages})
    inside = [s.stage for s in stages if pipeline in (None, s.pipeline)]
    if stage is not None and stage not in inside:
        raise UnknownName.of("stage", stage, inside)
