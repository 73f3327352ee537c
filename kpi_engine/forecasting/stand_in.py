"""What stands in for a win chance while too few deals have ended to learn one from.

The CRM's own average per stage, where the outcomes do not contradict it, and for a stage without one a value between
its neighbours'; in a pipeline whose CRM says nothing, or nothing to be believed, a ladder. Never both in one.
Where the few deals that have ended were won more seldom than that, all of it is lowered (:func:`lowered`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations
from typing import Literal

import numpy as np

from kpi_engine.ingest.history import past_day
from kpi_engine.names import UNKNOWN_STAGE, StageKind
from kpi_engine.storage.store import Session, load_sql

Source = Literal["crm", "between", "ladder", "mix"]

NEVER_CERTAIN = 0.99
"""No deal is certain before the cash is in."""

WON_BEFORE_PAID = 0.95
"""Won, in a pipeline that has a stage for the money coming: a few deposits never come."""

MIN_ENDED = 10
"""So many ended deals with a CRM probability are needed, won and lost together, before they can contradict it."""

PRIOR_DEALS = 10.0
"""What stands in counts like so many ended deals."""

LEAST_DIFFERENCE = 0.1
"""A probability that means something is this much higher, on average, for deals that were won than for lost ones."""

MOST_CERTAIN = 0.1
"""When more than this share of the open deals stand at 100 %, the column does not say how likely a deal is."""


@dataclass(frozen=True)
class StageNow:
    """A stage with what the CRM says of it and what lies in it (a row of stage_evidence.sql)."""

    pipeline: str
    stage: str
    stage_order: int
    kind: str
    crm_probability: float | None
    n_open: int
    open_amount: Decimal
    n_certain: int = 0


@dataclass(frozen=True)
class Ended:
    """Mean CRM probability of the deals that ended, by outcome; None where none carries one."""

    n_won: int = 0
    n_lost: int = 0
    mean_won: float | None = None
    mean_lost: float | None = None


@dataclass(frozen=True)
class Chosen:
    """The stand-in of a stage. ``n``: open deals it rests on (crm, mix); 0 for the others."""

    pipeline: str
    stage: str
    probability: Decimal
    source: Source
    n: int


def choose_now(session: Session) -> list[Chosen]:
    """The stand-in probability of every stage, from what the CRM says now."""
    stages = [StageNow(*row) for row in session.rows(load_sql("kpi_engine.forecasting", "stage_evidence"))]
    return choose(stages, _ended(session), _outcomes(session, None))


def choose_on(session: Session, as_of: date | None) -> list[Chosen]:
    """The stand-in probability of every stage as it can be told of a day: None, or the newest, for now.

    Of an earlier day only the order of the stages is used and how many deals had ended by then, never the CRM's column
    or what lies in the stages: both are kept as the newest export has them, and a later export must not change what is
    said of an earlier day.
    """
    if past_day(session, as_of) is None:
        return choose_now(session)
    stages = [StageNow(*row) for row in session.rows(load_sql("kpi_engine.forecasting", "stage_evidence"))]
    bare = [replace(s, crm_probability=None, n_open=0, open_amount=Decimal(0), n_certain=0) for s in stages]
    return choose(bare, {}, _outcomes(session, as_of))


def choose(
    stages: Sequence[StageNow], ended: Mapping[str, Ended], outcomes: Mapping[str, tuple[int, int]] | None = None
) -> list[Chosen]:
    """The probability of every stage, pipeline by pipeline. Pure: the same stages give the same choice.

    ``outcomes``: by pipeline, how many of all its deals were won and how many lost.
    """
    found: list[Chosen] = []
    for pipeline in sorted({s.pipeline for s in stages}):
        won, lost = (outcomes or {}).get(pipeline, (0, 0))
        mine = [s for s in stages if s.pipeline == pipeline]
        found.extend(_pipeline(mine, ended.get(pipeline, Ended()), won, lost))
    return found


def lowered(chances: Sequence[float], won: int, lost: int) -> list[float]:
    """The chances of stages in order, all lowered in log odds so that the first one agrees with how many of the
    pipeline's ended deals were won: (won + k·p) / (won + lost + k), where p, what stood there, counts like k =
    PRIOR_DEALS of them. Hundreds of lost deals and hardly a won one are no reason to promise 80 %. Never raised: of a
    young pipeline's deals the quick ones end first, and a file of orders alone holds no lost ones.

    >>> [round(p, 3) for p in lowered([0.2, 0.5, 0.8], 0, 90)], lowered([0.2, 0.5], 5, 5)
    ([0.02, 0.075, 0.246], [0.2, 0.5])
    """
    ended = won + lost
    if not ended or not chances or not 0 < chances[0] < 1:
        return list(chances)
    first = chances[0]
    told = (won + PRIOR_DEALS * first) / (ended + PRIOR_DEALS)
    if told >= first:
        return list(chances)
    odds = told / (1 - told) / (first / (1 - first))
    return [p * odds / (1 - p + p * odds) for p in chances]


def contradicts(opens: Sequence[StageNow], ended: Ended) -> bool:
    """Whether what happened speaks against the CRM's probabilities of a pipeline's open stages. Any one is enough:

    - with ten or more ended deals that carry one, the mean of the won is not clearly above the mean of the lost;
    - more than a tenth of five or more open deals stand at 100 %: nothing that is open is certain;
    - over the open stages in order, it falls more often than it rises.

    >>> stage = lambda n, p: StageNow("", str(n), n, "open", p, 9, Decimal(0))
    >>> contradicts([stage(1, 0.1), stage(2, 0.6)], Ended()), contradicts([stage(1, 0.6), stage(2, 0.1)], Ended())
    (False, True)
    """
    if ended.n_won + ended.n_lost >= MIN_ENDED and ended.mean_won is not None and ended.mean_lost is not None:
        difference = ended.mean_won - ended.mean_lost
        if difference < LEAST_DIFFERENCE:
            return True
    n_open = sum(s.n_open for s in opens)
    if n_open >= 5 and sum(s.n_certain for s in opens) > MOST_CERTAIN * n_open:
        return True
    told = sorted((s.stage_order, s.crm_probability) for s in opens if s.crm_probability is not None)
    pairs = list(combinations([p for _, p in told], 2))
    return sum(later < earlier for earlier, later in pairs) > sum(later > earlier for earlier, later in pairs)


def ladder(n_stages: int) -> list[float]:
    """The default probabilities of so many open stages, first to last: evenly spaced between nothing and won.

    >>> ladder(3), ladder(1), ladder(0)
    ([0.25, 0.5, 0.75], [0.5], [])
    """
    return [step / (n_stages + 1) for step in range(1, n_stages + 1)]


def filled(told: Sequence[float | None]) -> list[float]:
    """The probabilities of stages in order, none certain, each gap filled evenly between the stages around it.

    Before the first lies nothing, after the last lies won.

    >>> filled([None, 0.2, None, 0.4, None]), filled([1.0])
    ([0.1, 0.2, 0.3, 0.4, 0.7], [0.99])
    """
    known = [(place, min(max(p, 0.0), NEVER_CERTAIN)) for place, p in enumerate(told) if p is not None]
    places, values = zip((-1, 0.0), *known, (len(told), 1.0), strict=True)
    return [round(min(float(p), NEVER_CERTAIN), 6) for p in np.interp(range(len(told)), places, values)]


def _pipeline(stages: Sequence[StageNow], ended: Ended, won: int, lost: int) -> list[Chosen]:
    opens = sorted(
        (s for s in stages if s.kind == StageKind.OPEN and s.stage != UNKNOWN_STAGE),
        key=lambda s: (s.stage_order, s.stage),
    )
    told = [s.crm_probability for s in opens]
    found: list[Chosen] = []
    if contradicts(opens, ended) or all(p is None for p in told):
        rungs = lowered(ladder(len(opens)), won, lost)
        found.extend(_chosen(s, rung, "ladder", 0) for s, rung in zip(opens, rungs, strict=True))
    else:
        for s, probability in zip(opens, lowered(filled(told), won, lost), strict=True):
            source: Source = "crm" if s.crm_probability is not None else "between"
            found.append(_chosen(s, probability, source, s.n_open if source == "crm" else 0))
    unknown = next((s for s in stages if s.stage == UNKNOWN_STAGE), None)
    if unknown is not None:
        mix = _mix(opens, found) if opens else lowered(ladder(1), won, lost)[0]
        found.append(_chosen(unknown, mix, "mix", sum(s.n_open for s in opens)))
    has_paid = any(s.kind == StageKind.PAID for s in stages)
    for s in stages:
        if s.kind == StageKind.WON:
            found.append(_chosen(s, WON_BEFORE_PAID if has_paid else NEVER_CERTAIN, "ladder", 0))
        elif s.kind == StageKind.PAID:
            found.append(_chosen(s, 1.0, "ladder", 0))
    return found


def _mix(opens: Sequence[StageNow], found: Sequence[Chosen]) -> float:
    """The mean over the open stages as they are filled now: by value, else by count, else the plain mean; the middle of
    the ladder where there is no open stage at all."""
    probabilities = [float(c.probability) for c in found]
    if not probabilities:
        return ladder(1)[0]
    by_value = [max(float(s.open_amount), 0.0) for s in opens]
    by_count = [float(s.n_open) for s in opens]
    for weights in (by_value, by_count, [1.0] * len(opens)):
        total = sum(weights)
        if total > 0:
            return sum(w * p for w, p in zip(weights, probabilities, strict=True)) / total
    return ladder(1)[0]


def _chosen(stage: StageNow, probability: float, source: Source, n: int) -> Chosen:
    exact = Decimal(probability).quantize(Decimal("0.000001"), ROUND_HALF_UP)
    return Chosen(stage.pipeline, stage.stage, exact, source, n)


def _outcomes(session: Session, as_of: date | None) -> dict[str, tuple[int, int]]:
    """How many deals of each pipeline stood as won and as lost at the end of a day; of the last one where None."""
    rows = session.rows(load_sql("kpi_engine.forecasting", "ended_by"), {"as_of": as_of})
    return {pipeline: (int(won), int(lost)) for pipeline, won, lost in rows}


def _ended(session: Session) -> dict[str, Ended]:
    by_pipeline: dict[str, dict[str, tuple[int, float]]] = {}
    for pipeline, status, n, crm_sum in session.rows(load_sql("kpi_engine.forecasting", "outcome_evidence")):
        by_pipeline.setdefault(pipeline, {})[status] = (n, crm_sum)
    found = {}
    for pipeline, outcomes in by_pipeline.items():
        n_won, won = outcomes.get("won", (0, 0.0))
        n_lost, lost = outcomes.get("lost", (0, 0.0))
        found[pipeline] = Ended(n_won, n_lost, won / n_won if n_won else None, lost / n_lost if n_lost else None)
    return found
