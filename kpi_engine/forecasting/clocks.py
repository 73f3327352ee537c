"""The chain of stages on two clocks: by the age of a deal and by its time in the stage, mixed as each has earned."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kpi_engine.forecasting.known import Array, History, Ints, Walk, walk
from kpi_engine.forecasting.mixing import LAST_MONTHS, Month, earned, lost, mixed
from kpi_engine.forecasting.snapshots import (
    HORIZON_DAYS,
    Snapshots,
    closed_before,
    month_starts,
    resolved_by_stage,
    take,
)
from kpi_engine.stats.chain import AGE_BINS, STEP_DAYS, Chain, Steps, count, fit

HORIZON_STEPS = HORIZON_DAYS // STEP_DAYS

EVER_STEPS = 110
"""In the end: within three years. A deal that has not moved for longer is not counted on, however small and lasting
the chance that it will."""

LEAST = 0.001
"""No open deal is certain, either way."""

STAGE_DEALS = 15.0
AGE_DEALS = 120.0
"""The pipeline's own level counts like so many ended deals in each stage, and the level of all ages like so many."""

OLDEST = AGE_BINS[-1]


@dataclass(frozen=True)
class Tables:
    """What a chain says by age in steps and stage: ``within`` of shape (n_ages, n_stages, n_steps + 1), ``ever`` of
    shape (n_ages, n_stages). ``seen`` of shape (n_ages, n_stages): how often a deal was there, for those whose age is
    not known. ``is_of_entry``: ages are counted from when a deal came into its stage."""

    within: Array
    ever: Array
    seen: Array
    is_of_entry: bool

    def told(self, steps: int | slice | None, snapshots: Snapshots) -> Array:
        """The chances of each deal to be won within some steps, or in the end (None)."""
        return self.of(self.ever if steps is None else self.within[:, :, steps], snapshots)

    def of(self, table: Array, snapshots: Snapshots) -> Array:
        """A table's entries for each deal, shape (n, ...): between those of the step it is in and of the next one, as
        far as it is through it. Deals without a date get the mean over the ages seen."""
        stage = np.minimum(snapshots.stage, table.shape[1] - 1)
        days = np.where(stage > 0, snapshots.in_stage, snapshots.age) if self.is_of_entry else snapshots.age
        steps = np.minimum(np.nan_to_num(np.maximum(days, 0.0)) / STEP_DAYS, OLDEST)
        age = steps.astype(np.int64)
        through = (steps - age).reshape((-1,) + (1,) * (table.ndim - 2))
        found = (1.0 - through) * table[age, stage] + through * table[np.minimum(age + 1, OLDEST), stage]
        is_undated = np.isnan(days)
        if is_undated.any():
            weight = self.seen / np.maximum(self.seen.sum(axis=0), 1e-12)
            weight[:, self.seen.sum(axis=0) == 0] = self.seen.sum(axis=1, keepdims=True) / max(self.seen.sum(), 1e-12)
            found[is_undated] = np.einsum("as,as...->s...", weight, table)[stage[is_undated]]
        return np.asarray(found)


def tables(chain: Chain, n_steps: int = HORIZON_STEPS, is_of_entry: bool = False) -> Tables:
    """Work out a chain's chances for every age and stage."""
    lengths = np.diff([*AGE_BINS, OLDEST + 1])
    seen = np.repeat(chain.counts.sum(axis=2) / lengths[:, None], lengths, axis=0)
    n = max(n_steps, EVER_STEPS)
    within = chain.won_within_of_entry(n) if is_of_entry else chain.won_within(n)
    return Tables(within[:, :, : n_steps + 1], within[:, :, EVER_STEPS], seen, is_of_entry)


@dataclass(frozen=True)
class Level:
    """What the deals of a pipeline do, whatever their stage: by age, and whatever their age. Where few deals have
    ended, a stage is drawn to it. ``n_ended``: in the pipeline; ``n_by_stage``: of those that were in each stage."""

    by_age: Tables
    overall: Tables
    n_ended: int
    n_by_stage: Ints

    def drawn_to(self, chance: Array, steps: int | slice | None, snapshots: Snapshots) -> Array:
        """Chances of deals, drawn to the level of their age, and that to the level of all (empirical Bayes)."""
        share = self.n_ended / (self.n_ended + AGE_DEALS)
        level = mixed(_kept(self.overall.told(steps, snapshots)), _kept(self.by_age.told(steps, snapshots)), share)
        n = self.n_by_stage[snapshots.stage]
        own = (n / (n + STAGE_DEALS)).reshape((-1,) + (1,) * (chance.ndim - 1))
        return np.asarray(own * chance + (1.0 - own) * level)


@dataclass(frozen=True)
class Clocks:
    """Two chains of the same steps, by the age of the deal and by its time in the stage, and how much the second one is
    believed: what is said is their mean in log odds. One that is not believed at all is None."""

    by_age: Tables | None
    by_entry: Tables | None
    share: float
    level: Level

    def within(self, snapshots: Snapshots) -> Array:
        """The chances to be won within 0 … n steps, shape (n, n_steps + 1)."""
        found = self._mixed(slice(None), snapshots)
        found[:, 0] = 0.0
        return found

    def ninety(self, snapshots: Snapshots) -> Array:
        """The chance to be won within HORIZON_DAYS, shape (n,)."""
        return self._mixed(HORIZON_STEPS, snapshots)

    def ever(self, snapshots: Snapshots) -> Array:
        """The chance to be won in the end, shape (n,)."""
        return self._mixed(None, snapshots)

    def _mixed(self, steps: int | slice | None, snapshots: Snapshots) -> Array:
        first, *second = [
            _kept(clock.told(steps, snapshots)) for clock in (self.by_age, self.by_entry) if clock is not None
        ]
        found = mixed(first, second[0], self.share) if second else first
        return self.level.drawn_to(found, steps, snapshots)


def _kept(chance: Array) -> Array:
    """Away from certainty."""
    return np.clip(chance, LEAST, 1 - LEAST)


class ClockMaker:
    """Counts one pipeline's steps at any cutoff, from what was known before it. ``months``: the month starts of its
    history; ``snapshots``: the deals open at each of them."""

    def __init__(self, history: History, pipeline: int) -> None:
        self.history = history
        self.pipeline = pipeline
        self.walk: Walk = walk(history, pipeline)
        self.months = month_starts(history, history.last_day + 1)
        self.snapshots = take(history, pipeline, self.months)
        self._has_stages = bool(np.any(self.snapshots.stage > 0))
        self._steps: tuple[int, Steps, Steps, Ints] | None = None
        self._ended_by: dict[int, tuple[int, Ints]] = {}
        self._entry: dict[int, float] = {}
        self._lost: dict[int, tuple[float, float] | None] = {}

    def open_at(self, month: int) -> Snapshots:
        """The deals open at a month start."""
        return self.snapshots.where(slice(*np.searchsorted(self.snapshots.cutoff, [month, month + 1])))

    def at(self, cutoff: int, n_steps: int = HORIZON_STEPS, weight: Array | None = None) -> Clocks:
        """The chains of what had happened by a cutoff; ``weight``: how much each deal counts, 1 where None."""
        if self._steps is None or self._steps[0] != cutoff:  # the draws of an interval ask for one cutoff many times
            deal = self.walk.deal[self.walk.end_day <= cutoff]
            self._steps = cutoff, self.walk.known(cutoff), self.walk.known_since_entry(cutoff), deal
        _, by_age, by_entry, deal = self._steps
        if weight is not None:
            more = by_age.weight * weight[deal]
            by_age, by_entry = replace(by_age, weight=more), replace(by_entry, weight=more)
        n = self.walk.n_stages
        share = self._earned_entry(cutoff)
        counts = count(by_age, n)
        old = tables(fit(counts), n_steps) if share < 1.0 else None
        new = tables(fit(count(by_entry, n)), n_steps, True) if share > 0.0 else None
        return Clocks(old, new, share, self._level(cutoff, counts, n_steps))

    def _level(self, cutoff: int, counts: Array, n_steps: int) -> Level:
        """What the deals of the pipeline do whatever their stage, by age and over all ages, from its counted steps."""
        of_all = counts.sum(axis=1, keepdims=True)
        open_still = of_all[:, :, : self.walk.n_stages].sum(axis=2, keepdims=True)
        of_all = np.concatenate([open_still, of_all[:, :, self.walk.n_stages :]], axis=2)
        by_age = fit(of_all)
        at_no_age = np.zeros_like(of_all)
        at_no_age[0] = of_all.sum(axis=0)
        overall = fit(at_no_age)
        if cutoff not in self._ended_by:
            by_stage = resolved_by_stage(self.history, self.pipeline, cutoff)
            self._ended_by[cutoff] = closed_before(self.history, self.pipeline, cutoff)[1], by_stage
        return Level(tables(by_age, n_steps), tables(overall, n_steps), *self._ended_by[cutoff])

    def _earned_entry(self, cutoff: int) -> float:
        """How much the chain by time in the stage is believed, for what it was worth in past months."""
        if not self._has_stages:  # the two are one
            return 0.0
        if cutoff not in self._entry:
            over = [m for m in self.months if m + HORIZON_DAYS <= cutoff][-LAST_MONTHS:]
            known = [(month, both) for month in over if (both := self._lost_in(month)) is not None]
            self._entry[cutoff] = earned([Month(*both, cutoff - month) for month, both in known])
        return self._entry[cutoff]

    def _lost_in(self, month: int) -> tuple[float, float] | None:
        """What the chain by age and the one by time in the stage lost in a past month; None where nobody was open or
        nothing had been won."""
        if month not in self._lost:
            seen = self.open_at(month)
            won, _ = closed_before(self.history, self.pipeline, month)
            self._lost[month] = None
            if len(seen) and won:
                n, outcome = self.walk.n_stages, seen.is_won_in_time.astype(np.float64)
                by_age = tables(fit(count(self.walk.known(month), n)))
                by_entry = tables(fit(count(self.walk.known_since_entry(month), n)), is_of_entry=True)
                old, new = (lost(outcome, _kept(clock.told(HORIZON_STEPS, seen))) for clock in (by_age, by_entry))
                self._lost[month] = old, new
        return self._lost[month]
