"""What would have been said of every deal open at the start of each past month, and what came of it within 90 days.

The target is *won within 90 days*: of every deal it is known when they are over, so that nothing has to be left out. At
each cutoff only what was known before it is used, by us and by what we are measured against.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from kpi_engine.forecasting import baselines
from kpi_engine.forecasting.chances import Teacher, sampled_one_in
from kpi_engine.forecasting.known import Array, History, Ints, Words, day_number, load
from kpi_engine.forecasting.snapshots import HORIZON_DAYS, closed_before, take
from kpi_engine.metrics.slice import Slice
from kpi_engine.stats.scores import Scores, by_group, scores
from kpi_engine.storage.store import Session, load_sql

OURS = "tideline"
MODELS = (OURS, "chain", "logistic", "last_90_days", "closed_rate", "stage_owner_rate", "naive_bayes", "crm")
"""Ours; the chain alone, and the regression on top of it, believed wholly; of the deals open 90 days ago the share won
since; won over closed; the same by stage and rep; Odoo's naive Bayes; the CRM's own column."""

MIN_CLOSED = 30
MIN_WON = 5
"""A month is scored when so many deals of the pipeline had ended before it, and so many of them been won."""


@dataclass(frozen=True)
class CrmSays:
    """The CRM's own probabilities: by (pipeline, stage), and of each deal as its newest export has it (nan: none).

    What it said in the past no export tells, but for what belongs to the stage: the deal's own is told with hindsight.
    """

    by_stage: Mapping[tuple[str, str], float]
    by_deal: Array


@dataclass(frozen=True)
class Backtest:
    """One entry per cutoff and deal that was open then, arrays of shape (n,).

    ``cutoff`` (days since 1970), ``deal`` (index into ``history``), ``deal_id, pipeline, stage``, ``is_won`` (within
    90 days), and by model ``said``, the probability (nan where a model says nothing). ``one_in``: about one deal in so
    many was looked at. ``has_hindsight``: whether the CRM's column is partly today's.
    """

    history: History
    cutoff: Ints
    deal: Ints
    deal_id: Words
    pipeline: Ints
    stage: Ints
    is_won: np.ndarray
    said: dict[str, Array]
    one_in: int = 1
    has_hindsight: bool = False

    def __len__(self) -> int:
        return len(self.deal)

    def where(self, kept: np.ndarray) -> Backtest:
        """Some of the entries."""
        return Backtest(
            self.history, self.cutoff[kept], self.deal[kept], self.deal_id[kept], self.pipeline[kept],
            self.stage[kept], self.is_won[kept], {name: p[kept] for name, p in self.said.items()}, self.one_in,
            self.has_hindsight,
        )  # fmt: skip

    def summary(self) -> dict[str, Scores]:
        """The scores of every model that said something, each on all it said something of."""
        found = {}
        for name, p in self.said.items():
            is_said = ~np.isnan(p)
            if is_said.any():
                found[name] = scores(self.is_won[is_said], p[is_said])
        return found


@dataclass(frozen=True)
class StageReliability:
    """Promised against happened for one stage over the past cutoffs, *within 90 days*.

    ``promised, happened`` in [0, 1] with an 80 % interval ``lower, upper`` of what happened; ``n`` chances of
    ``n_deals`` deals. A deal counts once for the interval, however many months it was open.
    """

    pipeline: str
    stage: str
    promised: float
    happened: float
    lower: float
    upper: float
    n: int
    n_deals: int

    @property
    def is_off(self) -> bool:
        """Whether what was promised lies outside what happened, as far as that is known."""
        return not self.lower <= self.promised <= self.upper


def backtest(
    history: History, until: int | None = None, pipelines: Sequence[int] | None = None, crm: CrmSays | None = None
) -> Backtest:
    """Walk through the past, month by month.

    Parameters
    ----------
    until : day
        The last day whose events are known; that of the last event where None.
    pipelines : which of them; all where None.
    crm : what the CRM says, where it says anything.

    A month start is scored in a pipeline when MIN_CLOSED deals had ended there before, MIN_WON of them won, and the 90
    days after it are over.
    """
    last_event = int(history.day.max(initial=0))
    end = (last_event if until is None else min(until, last_event)) + 1
    teacher = Teacher(history)
    parts: list[tuple[Any, ...]] = []
    for pipeline in range(len(history.pipelines)) if pipelines is None else pipelines:
        learner = teacher.learner(pipeline)
        past = baselines.Past(history, pipeline)
        for cutoff in learner.months:
            won, closed = closed_before(history, pipeline, cutoff)
            if cutoff + HORIZON_DAYS > end or closed < MIN_CLOSED or won < MIN_WON:
                continue
            seen = learner.snapshots.where(learner.snapshots.cutoff == cutoff)
            ended = past.ended(cutoff)
            if not len(seen) or not len(ended.is_won):
                continue
            mix = learner.at(cutoff).say(seen)
            then = take(history, pipeline, [cutoff - HORIZON_DAYS])
            base = baselines.last_90_days(then, len(seen), float(ended.is_won.mean()))
            said = {
                OURS: mix.ninety,
                "chain": mix.chain_ninety,
                "logistic": np.where(np.isnan(mix.regression_ninety), mix.chain_ninety, mix.regression_ninety),
                "last_90_days": base,
                "closed_rate": baselines.closed_rate(ended, seen),
                "stage_owner_rate": baselines.stage_owner_rate(ended, seen),
                "naive_bayes": baselines.naive_bayes(ended, seen),
            }
            if crm is not None:
                said["crm"] = _crm_said(crm, history, pipeline, seen.stage, seen.deal)
            parts.append((seen.cutoff, seen.deal, np.full(len(seen), pipeline), seen.stage, seen.is_won_in_time, said))
    names = [name for name in MODELS if name != "crm" or crm is not None]
    if not parts:
        ints = np.empty(0, dtype=np.int64)
        nobody = np.empty(0, dtype=object)
        return Backtest(history, ints, ints, nobody, ints, ints, ints > 0, {name: np.empty(0) for name in names})
    cutoffs, deal, place, stage, is_won = (np.concatenate([part[i] for part in parts]) for i in range(5))
    return Backtest(
        history, cutoffs, deal, history.deal_id[deal], place, stage, is_won,
        {name: np.concatenate([part[5][name] for part in parts]) for name in names},
    )  # fmt: skip


def backtest_of(session: Session, ask: Slice | None = None, as_of: date | None = None) -> Backtest:
    """The backtest of the deals in a slice, from what was learned of all of them.

    ``as_of``: the last day whose events are known; the newest import's where None. A large store is sampled. What is
    learned of the pipelines is worked out once, whatever part of their deals is asked for.
    """
    wanted = ask or Slice()
    pipelines = tuple(sorted(wanted.pipelines))
    key = (pipelines, as_of)
    found = session.kept("backtest", key, lambda: _of_pipelines(session, pipelines, as_of), of_facts=True)
    if wanted == Slice(pipelines=wanted.pipelines):
        return found
    inside = deals_in(session, wanted)
    return found.where(np.asarray([deal_id in inside for deal_id in found.deal_id], dtype=bool))


def _of_pipelines(session: Session, pipelines: tuple[str, ...], as_of: date | None) -> Backtest:
    one_in = sampled_one_in(session, as_of)
    history = load(session, one_in)
    chosen = [i for i, pipeline in enumerate(history.pipelines) if not pipelines or pipeline.name in pipelines]
    crm = _crm_says(session, history)
    found = backtest(history, None if as_of is None else day_number(as_of), chosen, crm)
    return replace(found, one_in=one_in, has_hindsight=crm is not None and _is_told_by_deals(crm, found))


def deals_in(session: Session, ask: Slice) -> set[str]:
    """The ids of the deals in a slice."""
    sql = load_sql("kpi_engine.forecasting", "deals_in_slice").format(condition=ask.condition())
    return {deal_id for (deal_id,) in session.rows(sql, ask.values())}


def reliability_by_stage(
    session: Session, ask: Slice | None = None, as_of: date | None = None
) -> list[StageReliability]:
    """Promised against happened, stage by stage in order, for the stages in which deals were open at past cutoffs."""
    return by_stage(backtest_of(session, ask, as_of))


def by_stage(found: Backtest) -> list[StageReliability]:
    """Promised against happened by pipeline and stage, of a backtest."""
    told: list[StageReliability] = []
    for number, pipeline in enumerate(found.history.pipelines):
        here = found.where(found.pipeline == number)
        n_stages = len(pipeline.stages)
        pairs = np.unique(here.deal * n_stages + here.stage) % n_stages
        n_deals = np.bincount(pairs, minlength=n_stages)
        seen = by_group(here.is_won, here.said[OURS], here.stage, n_stages, n_deals.astype(np.float64))
        told.extend(
            StageReliability(
                pipeline.name, pipeline.stages[i], float(seen.stated[i]), float(seen.happened[i]),
                float(seen.lower[i]), float(seen.upper[i]), int(seen.n[i]), int(n_deals[i]),
            )
            for i in range(n_stages)
            if seen.n[i]
        )  # fmt: skip
    return told


def day_of(number: int) -> date:
    """The date of a day number."""
    return date(1970, 1, 1) + timedelta(days=int(number))


def _crm_says(session: Session, history: History) -> CrmSays | None:
    """The CRM's probabilities; None where it has none."""
    stages = session.rows(load_sql("kpi_engine.forecasting", "crm_by_stage"))
    deals = dict(session.rows(load_sql("kpi_engine.forecasting", "crm_by_deal")))
    if not stages and not deals:
        return None
    by_deal = np.asarray([deals.get(deal_id, np.nan) for deal_id in history.deal_id], dtype=np.float64)
    return CrmSays({(pipeline, stage): p for pipeline, stage, p in stages}, by_deal)


def _is_told_by_deals(crm: CrmSays, found: Backtest) -> bool:
    """Whether the CRM's word for some entry is that of the deal itself, for want of one of its stage."""
    pipelines = found.history.pipelines
    told = set(zip(found.pipeline.tolist(), found.stage.tolist(), strict=True))
    return any((pipelines[p].name, pipelines[p].stages[s]) not in crm.by_stage for p, s in told)


def _crm_said(crm: CrmSays, history: History, pipeline: int, stage: Ints, deal: Ints) -> Array:
    told = history.pipelines[pipeline]
    by_stage = np.asarray([np.nan, *(crm.by_stage.get((told.name, name), np.nan) for name in told.stages[1:])])
    return np.where(np.isnan(by_stage[stage]), crm.by_deal[deal], by_stage[stage])
