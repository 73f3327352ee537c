"""How likely each open deal is to be won, from what was known at a cutoff, and what that rests on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

import numpy as np

from kpi_engine.forecasting.clocks import HORIZON_STEPS, tables
from kpi_engine.forecasting.known import Array, History, Ints, Words, day_number, load
from kpi_engine.forecasting.learning import Learner, Said
from kpi_engine.forecasting.snapshots import closed_before, take
from kpi_engine.forecasting.stand_in import choose_on, ladder
from kpi_engine.ingest.history import past_day
from kpi_engine.stats.chain import Chain, Steps, count, fit
from kpi_engine.stats.logistic import expit, logit
from kpi_engine.storage.store import Session, load_sql

Basis = Literal["stage", "pipeline", "all", "crm", "between", "ladder", "mix"]
"""What a chance rests on: deals that were in the stage; the pipeline's, where nobody was seen in the stage; those of
all pipelines, by age alone, where the pipeline has too little history; else what stands in (probabilities.Source)."""

MIN_CLOSED = 15
MIN_WON = 5
"""With fewer deals ended or won, a pipeline's history says nothing of its own."""

MOST_DEALS = 10_000
"""In a larger store it is learned from about so many deals, chosen by a hash of their id: a share of so many is known
to half a point."""


@dataclass(frozen=True)
class Chances:
    """Every open deal at a cutoff; arrays of shape (n_deals,).

    ``deal``: index into ``history``'s deals; ``deal_id``; ``pipeline, stage`` as there (0: stage not known).
    ``ninety``: the chance to be won within 90 days, nan where nothing but the ladder speaks; ``ever``: in the end.
    ``n``: ended deals it rests on (see Basis). ``is_dated``: whether its age is known. ``looked_at``: by pipeline, what
    else than stage and age was looked at because it had shown its worth.
    """

    cutoff: int
    history: History
    deal: Ints
    deal_id: Words
    pipeline: Ints
    stage: Ints
    ninety: Array
    ever: Array
    n: Ints
    basis: Words
    is_dated: np.ndarray
    looked_at: dict[str, tuple[str, ...]]
    within: Array
    """The chance to be won within 0, 1, 2, … steps of ten days, shape (n_deals, n_steps + 1); nan as ``ninety``."""


class Teacher:
    """Learns from one history, for any cutoff; kept as long as several are asked for."""

    def __init__(self, history: History) -> None:
        self.history = history
        self._learners: dict[int, Learner] = {}
        self._whole: dict[int, tuple[Chain, int] | None] = {}

    def learner(self, pipeline: int) -> Learner:
        """What learns one pipeline."""
        if pipeline not in self._learners:
            self._learners[pipeline] = Learner(self.history, pipeline)
        return self._learners[pipeline]

    def is_enough(self, pipeline: int, cutoff: int) -> bool:
        """Whether a pipeline's own history says something at a cutoff."""
        won, closed = closed_before(self.history, pipeline, cutoff)
        if won < MIN_WON or closed < MIN_CLOSED:
            return False
        # Of deals that ended when endings were not told yet, or within the day, the chain sees nothing.
        walk = self.learner(pipeline).walk
        return int(np.sum(walk.known(cutoff).end == walk.n_stages)) >= MIN_WON

    def all_pipelines(self, cutoff: int) -> tuple[Chain, int] | None:
        """What deals of all pipelines do by age, as if there were one stage, and how many of them had ended; None where
        they are too few as well. Worked out once, however many pipelines ask."""
        if cutoff not in self._whole:
            self._whole[cutoff] = self._all_pipelines(cutoff)
        return self._whole[cutoff]

    def _all_pipelines(self, cutoff: int) -> tuple[Chain, int] | None:
        every = range(len(self.history.pipelines))
        ended = [closed_before(self.history, p, cutoff) for p in every]
        n_closed = sum(closed for _, closed in ended)
        if sum(won for won, _ in ended) < MIN_WON or n_closed < MIN_CLOSED:
            return None
        counts, n_won = np.zeros_like(count(_NO_STEPS, 1)), 0
        for p in every:
            walk = self.learner(p).walk
            seen = walk.known(cutoff)
            end = np.where(seen.end < walk.n_stages, 0, seen.end - walk.n_stages + 1)
            n_won += int(np.sum(seen.end == walk.n_stages))
            counts += count(Steps(np.zeros_like(seen.start), end, seen.age, seen.weight), 1)
        return (fit(counts), n_closed) if n_won >= MIN_WON else None

    def at(self, cutoff: int, current: History | None = None, n_steps: int = HORIZON_STEPS) -> Chances:
        """The chances of the deals open at a cutoff, as ``current`` has them (this history where None)."""
        history = self.history if current is None else current
        parts = [self._pipeline(history, p, cutoff, n_steps) for p in range(len(history.pipelines))]
        if not parts:
            return _nothing(history, cutoff, n_steps)
        joined: dict[str, Any] = {
            name: np.concatenate([getattr(part, name) for part in parts])
            for name in Chances.__dataclass_fields__
            if isinstance(getattr(parts[0], name), np.ndarray)
        }
        joined["looked_at"] = {name: said for part in parts for name, said in part.looked_at.items()}
        return replace(parts[0], **joined)

    def _pipeline(self, history: History, pipeline: int, cutoff: int, n_steps: int) -> Chances:
        seen = take(history, pipeline, [cutoff])
        stages = history.pipelines[pipeline].stages
        looked_at: tuple[str, ...] = ()
        if self.is_enough(pipeline, cutoff):
            fitted = self.learner(pipeline).at(cutoff, max(n_steps, HORIZON_STEPS))
            looked_at = fitted.looked_at
            said = fitted.say(seen)
            ninety, ever = said.ninety, said.ever
            within = _stretched(fitted.clocks.within(seen), said)[:, : n_steps + 1]
            level = fitted.clocks.level
            n = level.n_by_stage[seen.stage]
            basis = np.where(n > 0, "stage", "pipeline")
            n = np.where(n > 0, n, level.n_ended)
        elif (whole := self.all_pipelines(cutoff)) is not None:
            chain, n_closed = whole
            told = tables(chain, max(n_steps, HORIZON_STEPS))
            ninety, ever = told.of(told.within[:, :, HORIZON_STEPS], seen), told.of(told.ever, seen)
            within = told.of(told.within, seen)[:, : n_steps + 1]
            basis = np.full(len(seen), "all")
            n = np.full(len(seen), n_closed)
        else:
            rungs = ladder(len(stages) - 1)
            ever = np.asarray([float(np.mean(rungs)) if rungs else ladder(1)[0], *rungs])[seen.stage]
            ninety, within = np.full(len(seen), np.nan), np.full((len(seen), n_steps + 1), np.nan)
            n, basis = np.zeros(len(seen), dtype=np.int64), np.full(len(seen), "ladder")
        return Chances(
            cutoff=cutoff,
            history=history,
            deal=seen.deal,
            deal_id=history.deal_id[seen.deal],
            pipeline=np.full(len(seen), pipeline, dtype=np.int64),
            stage=seen.stage,
            ninety=ninety,
            ever=ever,
            n=np.asarray(n, dtype=np.int64),
            basis=basis.astype(object),
            is_dated=~np.isnan(seen.age),
            looked_at={history.pipelines[pipeline].name: looked_at},
            within=within,
        )


def chances(session: Session, as_of: date | None = None, n_steps: int = HORIZON_STEPS) -> Chances:
    """The chances of all deals open at the end of a day, the newest import's where None.

    Where nothing but the ladder speaks, what stands in for a history (stand_in.choose_on): now also the CRM's own,
    where that can be believed; of an earlier day the ladder, which no later export changes.
    """
    as_of = past_day(session, as_of)
    one_in = sampled_one_in(session, as_of)
    history = load(session, one_in)
    cutoff = (history.last_day if as_of is None else day_number(as_of)) + 1
    found = Teacher(history).at(cutoff, None if one_in == 1 else load(session, open_at=cutoff), n_steps)
    stand_in = {(c.pipeline, c.stage): c for c in choose_on(session, as_of)}
    for i in np.flatnonzero(found.basis == "ladder"):
        pipeline = found.history.pipelines[found.pipeline[i]]
        chosen = stand_in.get((pipeline.name, pipeline.stages[found.stage[i]]))
        if chosen is not None:
            found.ever[i], found.basis[i] = float(chosen.probability), chosen.source
    return found


def sampled_one_in(session: Session, as_of: date | None = None, most: int | None = None) -> int:
    """One deal in how many is learned from: all, or in a large store so few that they are about ``most``
    (MOST_DEALS where None).

    ``as_of``: only the deals known at the end of this day are counted, so that deals that came later change nothing
    of what was learned then; None for all.
    """
    past = past_day(session, as_of)
    asked: tuple[str, dict[str, date]] = ("all_count", {}) if past is None else ("known_count", {"as_of": past})
    n = int(session.value(load_sql("kpi_engine.forecasting", asked[0]), asked[1]))
    return max(1, -(-n // (most or MOST_DEALS)))


def _stretched(chain: Array, said: Said) -> Array:
    """The chain's chances within 0 … n steps, moved in log odds to agree with the mix at 90 days and in the end."""
    at_ninety = logit(said.ninety) - logit(said.chain_ninety)
    at_end = logit(said.ever) - logit(said.chain_ever)
    if not (np.any(at_ninety) or np.any(at_end)):
        return chain
    steps = np.arange(chain.shape[1])
    late = np.maximum(0.0, 1.0 - HORIZON_STEPS / np.maximum(steps, 1))
    moved = expit(logit(chain) + at_ninety[:, None] * (1 - late) + at_end[:, None] * late)
    moved[:, 0] = 0.0
    return np.minimum(np.maximum.accumulate(moved, axis=1), said.ever[:, None])


_NOBODY = np.empty(0, dtype=np.int64)
_NO_STEPS = Steps(_NOBODY, _NOBODY, _NOBODY, np.empty(0))


def _nothing(history: History, cutoff: int, n_steps: int) -> Chances:
    """The chances of a store without any pipeline."""
    ints, floats, words = np.empty(0, dtype=np.int64), np.empty(0), np.empty(0, dtype=object)
    return Chances(
        cutoff, history, ints, words, ints, ints, floats, floats, ints, words, np.empty(0, dtype=bool), {},
        np.empty((0, n_steps + 1)),
    )  # fmt: skip
