"""What a pipeline's past says of its open deals: the chain of stages, and a regression on what the chain does not see,
believed as far as it has shown its worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kpi_engine.forecasting import features
from kpi_engine.forecasting.clocks import HORIZON_STEPS, LEAST, ClockMaker, Clocks
from kpi_engine.forecasting.features import Encoding
from kpi_engine.forecasting.known import Array, History, Ints
from kpi_engine.forecasting.mixing import EVEN, LAST_MONTHS, Month, earned, lost, mixed
from kpi_engine.forecasting.snapshots import HORIZON_DAYS, Snapshots, closed_before, codes
from kpi_engine.stats import logistic
from kpi_engine.stats.chain import decay
from kpi_engine.stats.logistic import Logistic, expit, logit

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


@dataclass(frozen=True)
class Regression:
    """A logistic regression on top of the chain, with the columns it was made for: what it knows moves the chain's log
    odds. So it needs no stage and no age, and the chain's level, which is newer than its own outcomes, stays."""

    encoding: Encoding
    model: Logistic

    def probability(self, snapshots: Snapshots, chain: Array) -> Array:
        """Its chances, of shape (n,), where the chain says ``chain``."""
        return expit(logit(chain) + self.model.logit(self.encoding.columns(snapshots)))

    def moved(self, step: Array) -> Regression:
        """With other coefficients."""
        return Regression(self.encoding, Logistic(0.0, self.model.coef + step))


@dataclass(frozen=True)
class Moves:
    """How a regression would move if some deals counted more: ``pull`` of shape (n_rows, n_columns), one step of
    Newton's method for each of its rows; ``deal`` of shape (n_rows,)."""

    pull: Array
    deal: Ints

    def by(self, more: Array) -> Array:
        """The step of the coefficients if each deal counted so much more; shape (n_columns,)."""
        return np.einsum("ij,i->j", self.pull, more[self.deal])


@dataclass(frozen=True)
class Said:
    """Chances of some deals, arrays of shape (n,): of the chain alone, of the regression on top of it (nan where there
    is none), and mixed as earned. ``ninety``: to be won within HORIZON_DAYS; ``ever``: to be won in the end."""

    chain_ninety: Array
    regression_ninety: Array
    ninety: Array
    chain_ever: Array
    regression_ever: Array
    ever: Array


@dataclass(frozen=True)
class Fitted:
    """All that is learned of one pipeline at one cutoff; ``share_ninety, share_ever``: how far each regression is
    believed."""

    cutoff: int
    clocks: Clocks
    ninety: Regression | None
    ever: Regression | None
    share_ninety: float
    share_ever: float

    @property
    def looked_at(self) -> tuple[str, ...]:
        """What else than stage and age the chances rest on; empty where the chain speaks alone."""
        used = [
            model.encoding.names
            for model, share in ((self.ninety, self.share_ninety), (self.ever, self.share_ever))
            if model is not None and share > 0
        ]
        return tuple(dict.fromkeys(name for names in used for name in names))

    def say(self, snapshots: Snapshots) -> Said:
        """The chances of deals as they are known at the cutoff."""
        chain_ninety, chain_ever = self.clocks.ninety(snapshots), self.clocks.ever(snapshots)
        alone_ninety, ninety = _with(self.ninety, self.share_ninety, snapshots, chain_ninety)
        alone_ever, ever = _with(self.ever, self.share_ever, snapshots, chain_ever)
        # No deal is likelier to be won soon than at all: the more is known of the end, the more that one holds.
        if self.share_ever > EVEN:
            ninety = np.minimum(ninety, ever)
        return Said(chain_ninety, alone_ninety, ninety, chain_ever, alone_ever, np.maximum(ever, ninety))


def _with(model: Regression | None, share: float, snapshots: Snapshots, chain: Array) -> tuple[Array, Array]:
    """What a regression says, and what is said with as much of it as it has earned."""
    if model is None:
        return np.full(len(snapshots), np.nan), chain
    alone = model.probability(snapshots, chain)
    return alone, np.clip(mixed(chain, alone, share), LEAST, 1 - LEAST)


class Learner:
    """Learns one pipeline at any cutoff from what was known before it. What was said in past months is kept, for each
    of them is asked for again by the later ones, to see what it was worth."""

    def __init__(self, history: History, pipeline: int) -> None:
        self.history = history
        self.pipeline = pipeline
        self.maker = ClockMaker(history, pipeline)
        self.walk, self.months, self.snapshots = self.maker.walk, self.maker.months, self.maker.snapshots
        self._order = codes(history.deal_id)[self.snapshots.deal]
        # Only deals that outlived it were there before the first ending: of those, too few were won in time.
        self._is_lesson = np.isin(self.snapshots.cutoff, [m for m in self.months if self._has_word(m)])
        self._promised: dict[int, tuple[Snapshots, Array]] = {}
        self._chain: dict[int, tuple[Array, Array]] = {}
        self._scored: dict[tuple[bool, int], tuple[Snapshots, Array, Array] | None] = {}

    def at(self, cutoff: int, n_steps: int = HORIZON_STEPS) -> Fitted:
        """The whole of what is known of the pipeline at a cutoff."""
        return Fitted(
            cutoff=cutoff,
            clocks=self.maker.at(cutoff, n_steps),
            ninety=self._ninety(cutoff),
            ever=self._ever(cutoff),
            share_ninety=self._earned_ninety(cutoff),
            share_ever=self._earned_ever(cutoff),
        )

    def missed(self, cutoff: int) -> float:
        """How far off the chances of whole stages were in past months, beyond luck: a variance in log odds.

        Each past month and stage is a group of k deals, of which a share p was promised to be won within 90 days and h
        were. Over luck, p (1 - p) / k, the square of h - p tells what the model did not know (method of moments). With
        few groups it is drawn to USUALLY_MISSED.
        """
        excess, told = MISSED_AS * USUALLY_MISSED, MISSED_AS
        for month in [m for m in self.months if m + HORIZON_DAYS <= cutoff][-MISSED_MONTHS:]:
            if not self._has_word(month):
                continue
            if month not in self._promised:
                seen = self.maker.open_at(month)
                self._promised[month] = seen, self.at(month).say(seen).ninety
            seen, chance = self._promised[month]
            n = np.bincount(seen.stage)
            p = np.bincount(seen.stage, weights=chance)[n > 0] / n[n > 0]
            h = np.bincount(seen.stage, weights=seen.is_won_in_time)[n > 0] / n[n > 0]
            luck = p * (1 - p) / n[n > 0]
            excess += float(np.sum((h - p) ** 2 / luck - 1.0))
            told += float(np.sum((p * (1 - p)) ** 2 / luck))
        return max(excess / told, 0.0)

    def _has_word(self, month: int) -> bool:
        """Whether anything was said at a month start: some deals are open, and enough had ended before."""
        won, closed = closed_before(self.history, self.pipeline, month)
        return len(self.maker.open_at(month)) > 0 and won >= MIN_WON_BEFORE and closed > won

    def _ninety(self, cutoff: int) -> Regression | None:
        is_over = self.snapshots.cutoff + HORIZON_DAYS <= cutoff
        return self._regression(is_over, self.snapshots.is_won_in_time, cutoff - HORIZON_DAYS, is_ever=False)

    def _ever(self, cutoff: int) -> Regression | None:
        return self._regression(self._ended(cutoff), self.snapshots.won_on < cutoff, cutoff, is_ever=True)

    def moves(self, cutoff: int) -> Moves | None:
        """How the regression for the end would move with the weights of its deals; None where there is none."""
        regression = self._ever(cutoff)
        if regression is None:
            return None
        rows = self._chosen(np.flatnonzero(self._ended(cutoff) & self._is_lesson))
        seen = self.snapshots.where(rows)
        weight = decay((cutoff - seen.cutoff).astype(np.float64))
        outcome = (seen.won_on < cutoff).astype(np.float64)
        columns, chain = regression.encoding.columns(seen), logit(self._chain_said(rows, is_ever=True))
        return Moves(logistic.pulls(regression.model, columns, outcome, weight, RIDGE, chain), seen.deal)

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

    def _chain_said(self, rows: Ints, *, is_ever: bool) -> Array:
        """What the chain of their month said of some snapshots, which are in order."""
        cutoff = self.snapshots.cutoff[rows]
        found = np.empty(len(rows))
        for month in np.unique(cutoff).tolist():
            if month not in self._chain:
                clocks, seen = self.maker.at(month), self.maker.open_at(month)
                self._chain[month] = clocks.ninety(seen), clocks.ever(seen)
            mine = slice(*np.searchsorted(cutoff, [month, month + 1]))
            found[mine] = self._chain[month][is_ever][rows[mine] - np.searchsorted(self.snapshots.cutoff, month)]
        return found

    def _regression(self, kept: np.ndarray, is_won: np.ndarray, newest: int, *, is_ever: bool) -> Regression | None:
        rows = np.flatnonzero(kept & self._is_lesson)
        if len(rows) < MIN_SNAPSHOTS or is_won[rows].sum() < MIN_WON or is_won[rows].all():
            return None
        rows = self._chosen(rows)
        seen = self.snapshots.where(rows)
        encoding = features.learn(seen)
        if not encoding.names:
            return None
        weight = decay((newest - seen.cutoff).astype(np.float64))
        chain = logit(self._chain_said(rows, is_ever=is_ever))
        model = logistic.fit(encoding.columns(seen), is_won[rows].astype(np.float64), weight, RIDGE, chain)
        return Regression(encoding, model)

    def _earned_ninety(self, cutoff: int) -> float:
        found = []
        for month in [m for m in self.months if m + HORIZON_DAYS <= cutoff][-LAST_MONTHS:]:
            scored = self._score(month, is_ever=False)
            if scored is not None:
                seen, chain, regression = scored
                won = seen.is_won_in_time.astype(np.float64)
                found.append(Month(lost(won, chain), lost(won, regression), cutoff - month))
        return earned(found)

    def _earned_ever(self, cutoff: int) -> float:
        mature = np.unique(self.snapshots.cutoff[self._is_over(cutoff, MOSTLY_OVER)])
        found = []
        for month in mature[-LAST_MONTHS:].tolist():
            scored = self._score(month, is_ever=True)
            if scored is not None:
                seen, chain, regression = scored
                is_over = seen.over_on < cutoff
                won = (seen.won_on < cutoff).astype(np.float64)[is_over]
                found.append(Month(lost(won, chain[is_over]), lost(won, regression[is_over]), cutoff - month))
        return earned(found)

    def _score(self, month: int, *, is_ever: bool) -> tuple[Snapshots, Array, Array] | None:
        """What chain and regression said at a past month; None where there was no regression yet or no deal open."""
        key = (is_ever, month)
        if key not in self._scored:
            seen = self.maker.open_at(month)
            regression = self._ever(month) if is_ever else self._ninety(month)
            if regression is None or not len(seen):
                self._scored[key] = None
            else:
                first = int(np.searchsorted(self.snapshots.cutoff, month))
                chain = self._chain_said(np.arange(first, first + len(seen)), is_ever=is_ever)
                self._scored[key] = (seen, chain, regression.probability(seen, chain))
        return self._scored[key]
