"""Where deals go, step by step: a Markov chain over stages whose chances change with a deal's age.

Aalen and Johansen's estimator in discrete time: what is counted is only what was seen, so a deal that is still open is
censored and not lost. A step is ten days. The states are the open stages, then won, then out (lost, gone, ended).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

STEP_DAYS = 10
"""Short enough to tell a month from the next, long enough that a few dozen deals fill it."""

AGE_BINS = (0, 1, 2, 3, 6, 9, 12, 18, 27, 36, 54)
"""The first step of each age bin: a deal's chances change fast when it is young, and hardly when it is old."""

HALF_LIFE_DAYS = 240.0
"""What happened so long ago counts half as much: teams and markets change."""

PRIOR_STEPS = 5.0
"""The pipeline's own level counts like so many steps in each stage."""

YOUNGER_STEPS = 15.0
"""The younger age bin counts like so many steps in the next older one."""


@dataclass(frozen=True)
class Steps:
    """What was seen: one entry per deal and step, arrays of shape (n_steps,).

    ``start``: the open stage at its start, 0 … n_stages - 1; ``end``: the state at its end, where n_stages is won and
    n_stages + 1 is out. ``age``: whole steps since the deal was created, at the start. ``weight``: how much it counts.
    """

    start: Ints
    end: Ints
    age: Ints
    weight: Array


@dataclass(frozen=True)
class Chain:
    """Chances of one step: ``rows[age bin, stage, state]``, each row adding up to 1.

    ``counts`` of the same shape: the weighted steps behind them, before any shrinking.
    """

    rows: Array
    counts: Array

    @property
    def n_stages(self) -> int:
        """How many open stages there are."""
        return int(self.rows.shape[1])

    def won_within(self, n_steps: int) -> Array:
        """The chance to be won within 0 … n_steps steps.

        Returns
        -------
        array of shape (n_ages, n_stages, n_steps + 1)
            By age in steps; the last age stands for all older ones.
        """
        n_ages = AGE_BINS[-1] + 1
        won = np.zeros((n_steps + 1, n_ages, self.n_stages))
        onward, at_once = self._by_age()
        next_age = np.minimum(np.arange(n_ages) + 1, n_ages - 1)
        for h in range(1, n_steps + 1):
            won[h] = at_once + np.matmul(onward, won[h - 1, next_age, :, None])[:, :, 0]
        return np.moveaxis(won, 0, -1)

    def won_within_of_entry(self, n_steps: int) -> Array:
        """The same where the chain was counted with steps since the deal came into its stage for ages: a deal that
        moves to another stage is new there. Of shape (n_ages, n_stages, n_steps + 1)."""
        n_ages = AGE_BINS[-1] + 1
        won = np.zeros((n_steps + 1, n_ages, self.n_stages))
        moves, at_once = self._by_age()
        stays = np.einsum("ass->as", moves).copy()
        np.einsum("ass->as", moves)[:] = 0.0
        next_age = np.minimum(np.arange(n_ages) + 1, n_ages - 1)
        for h in range(1, n_steps + 1):
            before = won[h - 1]
            won[h] = at_once + stays * before[next_age] + moves @ before[0]
        return np.moveaxis(won, 0, -1)

    def _by_age(self) -> tuple[Array, Array]:
        """What one step brings at each age in steps: on to another open stage, shape (n_ages, n_stages, n_stages), and
        the order, shape (n_ages, n_stages)."""
        rows = self.rows[_BIN_OF_AGE]
        return rows[:, :, : self.n_stages].copy(), rows[:, :, self.n_stages].copy()


_BIN_OF_AGE: Ints = np.searchsorted(AGE_BINS, np.arange(AGE_BINS[-1] + 1), side="right").astype(np.int64) - 1


def age_bin(age: Ints) -> Ints:
    """The age bin of each age in steps.

    >>> age_bin(np.array([0, 4, 8, 100]))
    array([ 0,  3,  4, 10])
    """
    return _BIN_OF_AGE[np.minimum(age, AGE_BINS[-1])]


def decay(days_old: Array) -> Array:
    """How much something so many days ago counts: half after HALF_LIFE_DAYS."""
    return np.asarray(0.5 ** (np.asarray(days_old, dtype=np.float64) / HALF_LIFE_DAYS))


def count(steps: Steps, n_stages: int) -> Array:
    """Weighted steps by age bin, stage and state reached: shape (n_bins, n_stages, n_stages + 2)."""
    summed = np.bincount(cell(steps, n_stages), weights=steps.weight, minlength=n_cells(n_stages)).astype(np.float64)
    return summed.reshape(len(AGE_BINS), n_stages, n_stages + 2)


def cell(steps: Steps, n_stages: int) -> Ints:
    """The number of the cell of :func:`count` that each step falls in, 0 … n_cells - 1."""
    return (age_bin(steps.age) * n_stages + steps.start) * (n_stages + 2) + steps.end


def n_cells(n_stages: int) -> int:
    """How many cells there are."""
    return len(AGE_BINS) * n_stages * (n_stages + 2)


def fit(counts: Array) -> Chain:
    """The chain behind counted steps, shrunk where little was seen.

    A stage is shrunk to the pipeline's own level (stay, won, out), an age bin to the next younger one of its stage, so
    that few deals give a cautious answer and many their own.

    Parameters
    ----------
    counts : array of shape (n_bins, n_stages, n_stages + 2)
        As :func:`count` gives them; all zero where nothing was seen, and then no deal ever moves.
    """
    n_stages = counts.shape[1]
    by_stage = counts.sum(axis=0)
    level = _pipeline_level(by_stage)
    younger = (by_stage + PRIOR_STEPS * level) / (by_stage.sum(axis=1, keepdims=True) + PRIOR_STEPS)
    younger_level = level
    is_new = by_stage.sum(axis=1) == 0
    seen, seen_of_all = counts.sum(axis=2, keepdims=True), counts.sum(axis=(1, 2))
    level_of_bin = _pipeline_level(counts)
    rows = np.empty_like(counts)
    for b in range(len(AGE_BINS)):
        younger = (counts[b] + YOUNGER_STEPS * younger) / (seen[b] + YOUNGER_STEPS)
        # A stage nobody was ever seen in does what the deals of the pipeline do at that age.
        younger_level = (seen_of_all[b] * level_of_bin[b] + YOUNGER_STEPS * younger_level) / (
            seen_of_all[b] + YOUNGER_STEPS
        )
        younger[is_new] = younger_level[is_new]
        rows[b] = younger
    assert rows.shape == (len(AGE_BINS), n_stages, n_stages + 2)
    return Chain(rows, counts)


def _pipeline_level(by_stage: Array) -> Array:
    """What one step of any deal of the pipeline does: stay in its stage, be won, get out. Of counts of shape
    (..., n_stages, n_stages + 2), each of the first axes for itself."""
    n_stages = by_stage.shape[-2]
    total = by_stage.sum(axis=(-2, -1), keepdims=True)
    ended = by_stage[..., n_stages:].sum(axis=-2, keepdims=True)
    won_and_out = np.divide(ended, total, out=np.zeros_like(ended), where=total > 0)
    prior = np.zeros_like(by_stage)
    prior[..., n_stages:] = won_and_out
    prior[..., np.arange(n_stages), np.arange(n_stages)] = 1.0 - won_and_out.sum(axis=-1)
    return prior
