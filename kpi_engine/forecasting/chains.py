"""The chain of stages as it was on many days: counted in one pass, and asked for the chance to be won month by
month."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kpi_engine.forecasting.known import History, Walk, walk
from kpi_engine.stats.chain import AGE_BINS, STEP_DAYS, Chain, cell, decay, fit, n_cells

Ints = npt.NDArray[np.int64]
Array = npt.NDArray[np.float64]

OLDEST = AGE_BINS[-1]
"""From this age on, in steps, a deal's chances change no more."""


_PER_DEAL = (
    "deal_key", "deal_id", "pipeline", "created", "seen_since", "amount_since", "owner_since", "expected_since",
    "source", "product", "segment",
)  # fmt: skip
_PER_ROW = ("day", "left", "state", "place", "since", "amount", "expected", "owner", "team", "is_told")


@dataclass(frozen=True)
class Chains:
    """One pipeline's chain at each of many cutoffs.

    ``counts[cutoff, age bin, stage, state]``: weighted steps known then; see :func:`kpi_engine.stats.chain.count`.
    """

    cutoffs: Ints
    counts: Array

    @property
    def n_stages(self) -> int:
        """How many open stages there are."""
        return int(self.counts.shape[2])

    def at(self, i: int) -> Chain:
        """The chain at the i-th cutoff."""
        return fit(self.counts[i])

    def won_by(self, i: int, days: Array) -> Array:
        """The chance to be won within so many days, by age and stage, at the i-th cutoff.

        Parameters
        ----------
        days : array of shape (n_times,), whole or part steps: between two of them the chance rises evenly.

        Returns
        -------
        array of shape (OLDEST + 1, n_stages, n_times)
        """
        steps = np.maximum(np.asarray(days, dtype=np.float64), 0.0) / STEP_DAYS
        n_steps = int(np.ceil(steps.max(initial=0.0))) + 1
        won = self.at(i).won_within(n_steps)
        below = np.floor(steps).astype(np.int64)
        part = steps - below
        return np.asarray(won[:, :, below] * (1.0 - part) + won[:, :, below + 1] * part)

    def entry(self, i: int) -> Array:
        """In which stage deals are in their first step, shares of shape (n_stages,); evenly where nothing was seen."""
        young = self.counts[i][0].sum(axis=1)
        return np.asarray(young / young.sum()) if young.sum() > 0 else np.full(self.n_stages, 1.0 / self.n_stages)


MOST_DEALS = 100_000
"""Beyond so many deals every second, third, … one is counted: chances known to a thousandth are known well enough."""


def chains_of(history: History, cutoffs: Ints) -> list[Chains]:
    """The chains of every pipeline at all cutoffs, which are in order."""
    some = _thinned(history, int(cutoffs[-1]))
    return [counted(walk(some, pipeline), cutoffs) for pipeline in range(len(history.pipelines))]


def _thinned(history: History, cutoff: int) -> History:
    """At most MOST_DEALS of the deals there were by a cutoff, evenly chosen; all of them where they are no more."""
    h = history
    there = np.zeros(len(h.deal_id), dtype=bool)
    there[h.deal[h.day < cutoff]] = True
    every = -(-int(there.sum()) // MOST_DEALS)
    if every <= 1:
        return h
    kept = there & (np.cumsum(there) % every == 0)
    rows = kept[h.deal]
    number = np.cumsum(kept) - 1
    per_row = {name: getattr(h, name)[rows] for name in _PER_ROW}
    per_deal = {name: getattr(h, name)[kept] for name in _PER_DEAL}
    return replace(h, **per_row, **per_deal, deal=number[h.deal[rows]])


def counted(steps: Walk, cutoffs: Ints) -> Chains:
    """Count the steps known at each cutoff, the recent ones more: every step is added once, and fades from cutoff to
    cutoff."""
    size = n_cells(steps.n_stages)
    known = steps.known(int(cutoffs[-1]))
    end_day = steps.end_day[steps.end_day <= cutoffs[-1]]
    first = np.searchsorted(cutoffs, end_day, side="left")
    weight = decay((cutoffs[first] - end_day).astype(np.float64))
    place = first * size + cell(known, steps.n_stages)
    counts = np.bincount(place, weights=weight, minlength=len(cutoffs) * size).astype(np.float64)
    counts = counts.reshape(len(cutoffs), size)
    fading = decay(np.diff(cutoffs).astype(np.float64))
    for i in range(1, len(cutoffs)):
        counts[i] += counts[i - 1] * fading[i - 1]
    return Chains(cutoffs, counts.reshape(len(cutoffs), len(AGE_BINS), steps.n_stages, steps.n_stages + 2))
