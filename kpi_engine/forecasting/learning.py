"""What a pipeline's past says of its open deals: the chain of stages, and a regression where it has shown its worth."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kpi_engine.forecasting import features
from kpi_engine.forecasting.features import Encoding
from kpi_engine.forecasting.known import Array, History, Ints, Walk, walk
from kpi_engine.forecasting.mixing import LAST_MONTHS, SHARES, Earned, Month, earned, mixed, month_of
from kpi_engine.forecasting.snapshots import (
    HORIZON_DAYS,
    Snapshots,
    closed_before,
    codes,
    month_starts,
    resolved_by_stage,
    take,
)
from kpi_engine.stats import logistic
from kpi_engine.stats.chain import AGE_BINS, STEP_DAYS, Chain, Steps, count, decay, fit
from kpi_engine.stats.logistic import Logistic

HORIZON_STEPS = HORIZON_DAYS // STEP_DAYS
RIDGE = 10.0
"""A deal is seen month after month, so that its snapshots are worth fewer deals than they are."""

MIN_SNAPSHOTS = 50
MIN_WON = 30
"""A regression needs so many past snapshots whose outcome is known, and so many of them won."""

MOST_ROWS = 10_000
"""More than this say nothing new; the deals are taken in the order of a hash of their id."""

USUALLY_MISSED = 0.02
MISSED_AS = 20.0
MISSED_MONTHS = 9
"""Chances of a whole stage are usually off by a seventh of their odds, which counts like MISSED_AS of information; what
was missed more than so many months ago was said on less."""

MIN_WON_BEFORE = 5
"""Chances stated before so many deals were won are nobody's word."""

HALF_OVER = 0.5
MOSTLY_OVER = 0.8
"""What became of deals in the end is learned from months of whose deals half have ended, and judged on months of whose
deals most have: of younger ones only the quick have ended, and those end otherwise."""

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
class Regression:
    """A logistic regression with the columns it was made for."""

    encoding: Encoding
    model: Logistic

    def probability(self, snapshots: Snapshots) -> Array:
        """Its chances, of shape (n,)."""
        return self.model.probability(self.encoding.columns(snapshots))

    def moved(self, step: Array) -> Regression:
        """With other coefficients, the intercept first."""
        return Regression(self.encoding, Logistic(self.model.intercept + float(step[0]), self.model.coef + step[1:]))


@dataclass(frozen=True)
class Moves:
    """How a regression would move if some deals counted more: ``pull`` of shape (n_rows, n_columns + 1), one step of
    Newton's method for each of its rows; ``deal`` of shape (n_rows,)."""

    pull: Array
    deal: Ints

    def by(self, more: Array) -> Array:
        """The step of the coefficients if each deal counted so much more; shape (n_columns + 1,)."""
        return np.einsum("ij,i->j", self.pull, more[self.deal])


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
    believed: what is said is their mean in log odds."""

    by_age: Tables
    by_entry: Tables
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
        found = _kept(self.by_age.told(steps, snapshots))
        if self.share > 0.0:
            found = mixed(found, _kept(self.by_entry.told(steps, snapshots)), self.share)
        return self.level.drawn_to(found, steps, snapshots)


def _kept(chance: Array) -> Array:
    """Away from certainty."""
    return np.clip(chance, LEAST, 1 - LEAST)


@dataclass(frozen=True)
class Said:
    """Chances of some deals, arrays of shape (n,): of each way alone (nan where there is no regression), and mixed as
    earned. ``ninety``: to be won within HORIZON_DAYS; ``ever``: to be won in the end."""

    chain_ninety: Array
    regression_ninety: Array
    ninety: Array
    chain_ever: Array
    ever: Array


@dataclass(frozen=True)
class Fitted:
    """All that is learned of one pipeline at one cutoff."""

    cutoff: int
    clocks: Clocks
    ninety: Regression | None
    ever: Regression | None
    earned_ninety: Earned
    earned_ever: Earned

    @property
    def looked_at(self) -> tuple[str, ...]:
        """What else than stage and age the chances rest on; empty where the chain speaks alone."""
        used = [
            model.encoding.names
            for model, share in ((self.ninety, self.earned_ninety.share), (self.ever, self.earned_ever.share))
            if model is not None and share > 0
        ]
        return tuple(dict.fromkeys(name for names in used for name in names))

    def say(self, snapshots: Snapshots) -> Said:
        """The chances of deals as they are known at the cutoff."""
        chain_ninety, chain_ever = self.clocks.ninety(snapshots), self.clocks.ever(snapshots)
        nan = np.full(len(snapshots), np.nan)
        alone = nan if self.ninety is None else self.ninety.probability(snapshots)
        ninety = chain_ninety if self.ninety is None else mixed(chain_ninety, alone, self.earned_ninety.share)
        ever = chain_ever
        if self.ever is not None:
            alone_ever = self.ever.probability(snapshots)
            ever = np.clip(mixed(chain_ever, alone_ever, self.earned_ever.share), LEAST, 1 - LEAST)
            # What has shown its worth for the end holds for 90 days: no deal is likelier to be won soon than at all.
            ninety = np.minimum(ninety, ever) if self.earned_ever.gain > 0 else ninety
        ninety = np.clip(ninety, LEAST, 1 - LEAST)
        ever = np.maximum(ever, ninety)
        return Said(chain_ninety, alone, ninety, chain_ever, ever)


class Learner:
    """Learns one pipeline at any cutoff from what was known before it. Fits of past months are kept, for each of them
    is asked for again by the later ones, to see what the regression was worth."""

    def __init__(self, history: History, pipeline: int) -> None:
        self.history = history
        self.pipeline = pipeline
        self.walk: Walk = walk(history, pipeline)
        self.months = month_starts(history, history.last_day + 1)
        self.snapshots = take(history, pipeline, self.months)
        self._order = codes(history.deal_id)[self.snapshots.deal]
        self._has_stages = bool(np.any(self.snapshots.stage > 0))
        self._promised: dict[int, tuple[Snapshots, Array] | None] = {}
        self._steps: tuple[int, Steps, Steps, Ints] | None = None
        self._ended_by: dict[int, tuple[int, Ints]] = {}
        self._entry: dict[int, float] = {}
        self._month: dict[int, Month] = {}
        self._scored: dict[tuple[bool, int], tuple[Snapshots, Array, Array] | None] = {}

    def at(self, cutoff: int, n_steps: int = HORIZON_STEPS) -> Fitted:
        """The whole of what is known of the pipeline at a cutoff."""
        return Fitted(
            cutoff=cutoff,
            clocks=self.clocks(cutoff, n_steps),
            ninety=self._ninety(cutoff),
            ever=self._ever(cutoff),
            earned_ninety=self._earned_ninety(cutoff),
            earned_ever=self._earned_ever(cutoff),
        )

    def missed(self, cutoff: int) -> float:
        """How far off the chances of whole stages were in past months, beyond luck: a variance in log odds.

        Each past month and stage is a group of k deals, of which a share p was promised to be won within 90 days and h
        were. Over luck, p (1 - p) / k, the square of h - p tells what the model did not know (method of moments). With
        few groups it is drawn to USUALLY_MISSED.
        """
        excess, told = MISSED_AS * USUALLY_MISSED, MISSED_AS
        for month in [m for m in self.months if m + HORIZON_DAYS <= cutoff][-MISSED_MONTHS:]:
            if month not in self._promised:
                seen = self.snapshots.where(self.snapshots.cutoff == month)
                won, closed = closed_before(self.history, self.pipeline, month)
                is_said = len(seen) > 0 and won >= MIN_WON_BEFORE and closed > won
                self._promised[month] = (seen, self.at(month).say(seen).ninety) if is_said else None
            promised = self._promised[month]
            if promised is None:
                continue
            seen, chance = promised
            n = np.bincount(seen.stage)
            p = np.bincount(seen.stage, weights=chance)[n > 0] / n[n > 0]
            h = np.bincount(seen.stage, weights=seen.is_won_in_time)[n > 0] / n[n > 0]
            luck = p * (1 - p) / n[n > 0]
            excess += float(np.sum((h - p) ** 2 / luck - 1.0))
            told += float(np.sum((p * (1 - p)) ** 2 / luck))
        return max(excess / told, 0.0)

    def clocks(self, cutoff: int, n_steps: int = HORIZON_STEPS, weight: Array | None = None) -> Clocks:
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
        old = tables(fit(counts), n_steps)
        new = tables(fit(count(by_entry, n)), n_steps, True) if share > 0 else old
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
        if cutoff not in self._entry:
            found = []
            months = [m for m in self.months if m + HORIZON_DAYS <= cutoff] if self._has_stages else []
            for month in months[-LAST_MONTHS:]:
                if month not in self._month:
                    self._month[month] = self._both_clocks(month)
                if self._month[month].n:
                    found.append(self._month[month])
            self._entry[cutoff] = earned(found).share
        return self._entry[cutoff]

    def _both_clocks(self, month: int) -> Month:
        seen = self.snapshots.where(self.snapshots.cutoff == month)
        n, won, closed = self.walk.n_stages, *closed_before(self.history, self.pipeline, month)
        if not len(seen) or not won or not closed:
            return Month(0, np.zeros(len(SHARES)))
        by_age = tables(fit(count(self.walk.known(month), n)), HORIZON_STEPS)
        by_entry = tables(fit(count(self.walk.known_since_entry(month), n)), HORIZON_STEPS, True)
        said = [_kept(clock.told(HORIZON_STEPS, seen)) for clock in (by_age, by_entry)]
        return month_of(seen.is_won_in_time.astype(np.float64), *said)

    def _ninety(self, cutoff: int) -> Regression | None:
        is_over = self.snapshots.cutoff + HORIZON_DAYS <= cutoff
        return self._regression(is_over, self.snapshots.is_won_in_time, cutoff - HORIZON_DAYS)

    def _ever(self, cutoff: int) -> Regression | None:
        return self._regression(self._ended(cutoff), self.snapshots.won_on < cutoff, cutoff)

    def moves(self, cutoff: int) -> Moves | None:
        """How the regression for the end would move with the weights of its deals; None where there is none."""
        regression = self._ever(cutoff)
        if regression is None:
            return None
        rows = self._chosen(np.flatnonzero(self._ended(cutoff)))
        seen = self.snapshots.where(rows)
        weight = decay((cutoff - seen.cutoff).astype(np.float64))
        outcome = (seen.won_on < cutoff).astype(np.float64)
        columns = regression.encoding.columns(seen)
        return Moves(logistic.pulls(regression.model, columns, outcome, weight, RIDGE), seen.deal)

    def _ended(self, cutoff: int) -> np.ndarray:
        """The snapshots from which is learned what became of deals in the end."""
        return self._is_over(cutoff, HALF_OVER) & (self.snapshots.over_on < cutoff)

    def _chosen(self, rows: Ints) -> Ints:
        if len(rows) <= MOST_ROWS:
            return rows
        return np.sort(rows[np.argsort(self._order[rows], kind="stable")[:MOST_ROWS]])

    def _is_over(self, cutoff: int, share: float) -> np.ndarray:
        """Which snapshots are of months of whose deals this share has ended by a cutoff."""
        s = self.snapshots
        month = np.searchsorted(self.months, s.cutoff)
        n = np.bincount(month, minlength=len(self.months))
        over = np.bincount(month, weights=s.over_on < cutoff, minlength=len(self.months))
        return (over >= share * np.maximum(n, 1))[month] & (s.cutoff < cutoff)

    def _regression(self, kept: np.ndarray, is_won: np.ndarray, newest: int) -> Regression | None:
        rows = np.flatnonzero(kept)
        if len(rows) < MIN_SNAPSHOTS or is_won[rows].sum() < MIN_WON or is_won[rows].all():
            return None
        rows = self._chosen(rows)
        seen = self.snapshots.where(rows)
        encoding = features.learn(seen)
        weight = decay((newest - seen.cutoff).astype(np.float64))
        model = logistic.fit(encoding.columns(seen), is_won[rows].astype(np.float64), weight, RIDGE)
        return Regression(encoding, model)

    def _earned_ninety(self, cutoff: int) -> Earned:
        found = []
        for month in [m for m in self.months if m + HORIZON_DAYS <= cutoff][-LAST_MONTHS:]:
            scored = self._score(month, is_ever=False)
            if scored is not None:
                snapshots, chain, regression = scored
                found.append(month_of(snapshots.is_won_in_time.astype(np.float64), chain, regression))
        return earned(found)

    def _earned_ever(self, cutoff: int) -> Earned:
        mature = np.unique(self.snapshots.cutoff[self._is_over(cutoff, MOSTLY_OVER)])
        found = []
        for month in mature[-LAST_MONTHS:].tolist():
            scored = self._score(month, is_ever=True)
            if scored is not None:
                snapshots, chain, regression = scored
                is_over = snapshots.over_on < cutoff
                won = (snapshots.won_on < cutoff).astype(np.float64)
                found.append(month_of(won[is_over], chain[is_over], regression[is_over]))
        return earned(found)

    def _score(self, month: int, *, is_ever: bool) -> tuple[Snapshots, Array, Array] | None:
        """What chain and regression said at a past month; None where there was no regression yet or no deal open."""
        key = (is_ever, month)
        if key not in self._scored:
            seen = self.snapshots.where(self.snapshots.cutoff == month)
            regression = self._ever(month) if is_ever else self._ninety(month)
            if regression is None or not len(seen):
                self._scored[key] = None
            else:
                clocks = self.clocks(month)
                chain = clocks.ever(seen) if is_ever else clocks.ninety(seen)
                self._scored[key] = (seen, chain, regression.probability(seen))
        return self._scored[key]
