"""What the team's own history says of each stage: the estimate a manager accepts, or not.

The chance of a stage is that of the deals now in it, in the end: the mean of what is said of each of them. So a stage
full of old deals has a lower one than a stage of fresh ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
import numpy.typing as npt

from kpi_engine.forecasting.after_won import after_won
from kpi_engine.forecasting.chances import Teacher, sampled_one_in
from kpi_engine.forecasting.clocks import STAGE_DEALS
from kpi_engine.forecasting.known import Array, day_number, load
from kpi_engine.forecasting.learning import Learner
from kpi_engine.forecasting.snapshots import Snapshots, resolved_by_stage, take
from kpi_engine.forecasting.spread import STAGES_DIFFER, interval, spread
from kpi_engine.forecasting.stand_in import NEVER_CERTAIN, Chosen, choose_on
from kpi_engine.ingest.history import past_day
from kpi_engine.names import StageKind
from kpi_engine.storage.store import Session, load_sql

EstimateSource = Literal["history", "crm", "between", "ladder", "mix"]
"""history: learned from deals that ended; the others stand in while there are too few of them."""

LATELY_DAYS = 365
"""Where no deal is in a stage now, those that were in it within so many days speak for it."""

CLEARLY = 2.33
"""So many standard errors a stage must lie below the one before to be left there: chance alone does that to one in a
hundred."""

MOST_DEALS = 5_000
"""In a larger store the chances of its stages are learned from about so many deals at every import: the mean of a stage
moves by less than a point with more of them, while what is said of single deals (chances.MOST_DEALS) needs them."""

Flags = npt.NDArray[np.bool_]

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class StageEstimate:
    """The chance that a deal now in a stage will be won, in the end.

    ``probability, lower, upper`` in [0, 1], below 1 before the money is in; the bounds are an 80 % interval, None where
    the source is not history. ``n``: resolved deals that were in the stage (history), of the whole pipeline where
    ``is_of_pipeline``: nobody was ever seen in it; else open deals in it. ``is_below_earlier``: the data clearly say
    that it is less likely than an earlier stage of its pipeline.
    """

    pipeline: str
    stage: str
    probability: float
    lower: float | None
    upper: float | None
    n: int
    source: EstimateSource
    is_of_pipeline: bool = False
    is_below_earlier: bool = False


def estimate(session: Session, as_of: date | None = None) -> list[StageEstimate]:
    """The estimate of every open, won and paid stage, pipeline by pipeline, in order.

    ``as_of``: the last day whose events are known; None for the newest import's.

    A pipeline's own history speaks once MIN_CLOSED of its deals have ended and MIN_WON of them were won (chances); a
    won stage's once after_won.MIN_ENDED of its deals were paid or lost again. Before, what stands in is given as it is
    (stand_in.choose_on).
    """
    as_of = past_day(session, as_of)
    chosen = choose_on(session, as_of)
    history = load(session, sampled_one_in(session, as_of, MOST_DEALS))
    cutoff = (history.last_day if as_of is None else day_number(as_of)) + 1
    teacher = Teacher(history)
    found: dict[tuple[str, str], StageEstimate] = {}
    for number, pipeline in enumerate(history.pipelines):
        if teacher.is_enough(number, cutoff):
            wanted = {c.stage for c in chosen if c.pipeline == pipeline.name}
            stages = [i for i, stage in enumerate(pipeline.stages) if stage in wanted]
            found |= {(e.pipeline, e.stage): e for e in stage_table(teacher.learner(number), cutoff, stages)}
    with_paid = {
        p for p, kind in session.rows(load_sql("kpi_engine.forecasting", "stage_kinds")) if kind == StageKind.PAID
    }
    for after in after_won(session, _EPOCH + timedelta(days=cutoff), with_paid):
        found[after.pipeline, after.stage] = StageEstimate(
            after.pipeline, after.stage, after.probability, after.lower, after.upper, after.n, "history"
        )
    return [found.get((c.pipeline, c.stage), _stand_in(c)) for c in chosen]


def stage_table(learner: Learner, cutoff: int, stages: Sequence[int]) -> list[StageEstimate]:
    """The estimates of some stages of a pipeline with enough history, by their number (0: stage not known)."""
    history, pipeline = learner.history, learner.history.pipelines[learner.pipeline]
    if not stages:
        return []
    fitted = learner.at(cutoff)
    groups = [_speaking_for(learner, cutoff, stage) for stage in stages]
    mean = np.asarray([float(fitted.say(group).ever.mean()) for group in groups])
    spread_of = spread(learner, fitted, groups)
    draws = spread_of.draws.copy()
    known = [i for i, stage in enumerate(stages) if stage > 0]
    risen, is_below = mean.copy(), np.zeros(len(stages), dtype=bool)
    n = fitted.clocks.level.n_by_stage[list(stages)]
    won = resolved_by_stage(history, learner.pipeline, cutoff, won_only=True)[list(stages)]
    size = np.asarray([float(len(group)) for group in groups])
    risen[known], draws[:, known], is_below[known] = rising(
        mean[known],
        draws[:, known],
        size[known],
        falling(won[known].astype(np.float64), n[known].astype(np.float64)),
    )
    # As far as a stage is drawn to its pipeline's level, it is not known how far it lies off it.
    apart = spread_of.apart + (STAGES_DIFFER * STAGE_DEALS / (n + STAGE_DEALS)) ** 2
    lower, upper = interval(risen, draws, apart, learner.missed(cutoff), size)
    return [
        StageEstimate(
            pipeline=pipeline.name,
            stage=pipeline.stages[stage],
            probability=min(float(risen[i]), NEVER_CERTAIN),
            lower=min(float(lower[i]), NEVER_CERTAIN),
            upper=min(float(upper[i]), NEVER_CERTAIN),
            n=int(n[i]) if n[i] else fitted.clocks.level.n_ended,
            source="history",
            is_of_pipeline=not n[i],
            is_below_earlier=bool(is_below[i]),
        )
        for i, stage in enumerate(stages)
    ]


def rising(mean: Array, draws: Array, size: Array, falls: Flags) -> tuple[Array, Array, Flags]:
    """Stages in order, made to rise: neighbours that fall are given their common mean, weighted by how many deals each
    speaks for, so that what all of them are worth together stays (pool adjacent violators; Ayer et al., 1955).

    Old deals gather in a stage that good ones pass through quickly, so its deals of today may be less likely than
    those of the stage before, though to reach it is progress. Only a stage that leads to fewer orders (``falls``) is
    left below.

    Parameters
    ----------
    mean, size, falls : arrays of shape (n_stages,)
    draws : array of shape (n_draws, n_stages)

    Returns
    -------
    The means, the draws (new arrays of the same shapes), and which stages are left below an earlier one.

    >>> rising(np.array([0.3, 0.2]), np.array([[0.3, 0.2]]), np.array([3.0, 1.0]), np.array([False, False]))[0]
    array([0.275, 0.275])
    """
    blocks: list[list[int]] = []

    def pooled(block: list[int]) -> tuple[float, Array]:
        share = size[block] / size[block].sum()
        return float(mean[block] @ share), draws[:, block] @ share

    for stage in range(len(mean)):
        blocks.append([stage])
        while len(blocks) > 1 and not falls[blocks[-1][0]] and pooled(blocks[-1])[0] < pooled(blocks[-2])[0]:
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    risen, drawn = mean.copy(), draws.copy()
    for block in blocks:
        value, values = pooled(block)
        risen[block], drawn[:, block] = value, values[:, None]
    highest = np.maximum.accumulate(risen)
    return risen, drawn, risen < highest - 1e-12


def falling(won: Array, resolved: Array) -> Flags:
    """Which stages lead to clearly fewer orders than the one before: of the resolved deals that were in it, a smaller
    share was won, by CLEARLY standard errors (add one won and one lost to each; Agresti and Caffo, 2000).

    ``won``, ``resolved``: deals that were ever in each stage, shape (n_stages,).

    >>> falling(np.array([50.0, 10.0, 9.0]), np.array([100.0, 100.0, 99.0]))
    array([False,  True, False])
    """
    share = (won + 1) / (resolved + 2)
    error = share * (1 - share) / (resolved + 2)
    below = np.zeros(len(won), dtype=bool)
    below[1:] = share[:-1] - share[1:] > CLEARLY * np.sqrt(error[:-1] + error[1:])
    return below


def _speaking_for(learner: Learner, cutoff: int, stage: int) -> Snapshots:
    """The deals whose chances make up a stage's: those in it now, else lately, else ever, else one that has just
    come."""
    now = take(learner.history, learner.pipeline, [cutoff])
    past = learner.snapshots
    is_past = (past.stage == stage) & (past.cutoff < cutoff)
    for group, kept in (
        (now, now.stage == stage),
        (past, is_past & (past.cutoff >= cutoff - LATELY_DAYS)),
        (past, is_past),
    ):
        if kept.any():
            return group.where(kept)
    return Snapshots.newcomer(cutoff, stage)


def _stand_in(c: Chosen) -> StageEstimate:
    return StageEstimate(c.pipeline, c.stage, float(c.probability), None, None, c.n, c.source)
