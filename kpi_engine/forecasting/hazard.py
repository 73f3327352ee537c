"""What is still to be won in each month, from the deals that are open and those that are yet to come.

open   Σ P(won in the month | stage, age) · amount · r
new    new deals a day (last 90 days) · incidence of wins after creation · mean won amount
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kpi_engine.forecasting.calendar import Calendar
from kpi_engine.forecasting.chains import OLDEST, Chains
from kpi_engine.forecasting.known import NEVER, History
from kpi_engine.forecasting.ledger import Sizes, WonByMonth
from kpi_engine.forecasting.open_deals import OpenDeals

Ints = npt.NDArray[np.int64]
Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

RUN_RATE_DAYS = 90
"""New deals a day are counted over so many days."""

PSEUDO_WINS = 20.0
"""A slice's mean won amount counts the company's like so many wins of its own."""


@dataclass(frozen=True)
class Expected:
    """Still to be won at each cutoff in the month it lies in, the next, and so on: shape (n_cutoffs, n_ahead) each.

    ``opened`` from open deals, ``created`` from those not yet created; ``variance`` of their sum, were the model right.
    """

    opened: Array
    created: Array
    variance: Array

    @property
    def total(self) -> Array:
        """Open and new together."""
        return self.opened + self.created


def windows(months: Calendar, cutoff: int, ahead: int) -> tuple[Array, Array]:
    """First and last+1 day of what is left of the cutoff's month, of the next, …, in days from the cutoff."""
    at = int(months.index(np.array([cutoff]))[0])
    edges = (months.starts[at : at + ahead + 1] - cutoff).astype(np.float64)
    return np.maximum(edges[:-1], 0.0), edges[1:]


def run_rates(history: History, keep: Flags, cutoffs: Ints) -> Array:
    """New deals a day over the RUN_RATE_DAYS before each cutoff, by pipeline: shape (n_cutoffs, n_pipelines).

    Over fewer days where the data begin later. ``keep``: which rows belong to the slice; a deal belongs where its first
    row does.
    """
    h = history
    first = np.flatnonzero(np.diff(h.deal, prepend=-1) > 0)
    dated = first[h.created[h.deal[first]] < NEVER]
    if not len(dated):
        return np.zeros((len(cutoffs), len(h.pipelines)))
    begun = int(h.created[h.deal[dated]].min())
    days = np.clip(cutoffs - begun, 1, RUN_RATE_DAYS)
    rates = np.empty((len(cutoffs), len(h.pipelines)))
    for pipeline in range(len(h.pipelines)):
        mine = dated[keep[dated] & (h.place[dated] == pipeline)]
        created = np.sort(h.created[h.deal[mine]])
        n = np.searchsorted(created, cutoffs) - np.searchsorted(created, cutoffs - days)
        rates[:, pipeline] = n / days
    return rates


def expected(
    deals: OpenDeals, chains: list[Chains], rates: Array, mean: Array, square: Array, months: Calendar, ahead: Ints
) -> tuple[Expected, Expected]:
    """Won value and won deals still to come, month by month.

    Parameters
    ----------
    rates : array of shape (n_cutoffs, n_pipelines), see :func:`run_rates`.
    mean, square : arrays of shape (n_cutoffs, n_pipelines), what a new deal is worth when won, and that squared.
    ahead : int array of shape (n_cutoffs,), how many months, the cutoff's own first; nan beyond.
    """
    n_cutoffs = len(rates)
    is_asked = np.arange(int(ahead.max(initial=0)))[None, :] < ahead[:, None]
    value, count = (Expected(*(np.where(is_asked, 0.0, np.nan) for _ in range(3))) for _ in range(2))
    for pipeline, chain in enumerate(chains):
        groups = _grouped(deals, pipeline, chain.n_stages, n_cutoffs)
        for i in range(n_cutoffs):
            months_asked = slice(0, int(ahead[i]))
            starts, ends = windows(months, int(chain.cutoffs[i]), int(ahead[i]))
            by_start, by_end = np.split(chain.won_by(i, np.concatenate([starts, ends])), 2, axis=2)
            chance = by_end - by_start
            n, worth, worth_square, squares = groups[:, i]
            value.opened[i, months_asked] += np.einsum("as,ast->t", worth, chance)
            value.variance[i, months_asked] += np.einsum("as,ast->t", squares, chance)
            value.variance[i, months_asked] -= np.einsum("as,ast->t", worth_square, chance * chance)
            count.opened[i, months_asked] += np.einsum("as,ast->t", n, chance)
            count.variance[i, months_asked] += np.einsum("as,ast->t", n, chance * (1.0 - chance))
            wins = rates[i, pipeline] * incidence(chain, i, starts, ends)
            value.created[i, months_asked] += wins * mean[i, pipeline]
            value.variance[i, months_asked] += wins * square[i, pipeline]
            count.created[i, months_asked] += wins
            count.variance[i, months_asked] += wins
    # Credits are written into months that are over; nobody sells one. Less than nothing is not expected.
    return replace(value, opened=np.maximum(value.opened, 0.0), created=np.maximum(value.created, 0.0)), count


def incidence(chain: Chains, i: int, starts: Array, ends: Array) -> Array:
    """How many of one new deal a day, from the cutoff on, are won in each window of days: shape (n_windows,).

    A deal created on day u is won by day v with F(v - u), F the chance from age 0: ∫F over what is left of the window.
    """
    days = np.arange(int(np.ceil(ends.max(initial=0.0))) + 1, dtype=np.float64)
    won_by = chain.won_by(i, days)[0]
    so_far = chain.entry(i) @ won_by
    area = np.concatenate([[0.0], np.cumsum((so_far[1:] + so_far[:-1]) / 2.0)])
    return np.asarray(np.interp(ends, days, area) - np.interp(starts, days, area))


def _grouped(deals: OpenDeals, pipeline: int, n_stages: int, n_cutoffs: int) -> Array:
    """Deals of one pipeline summed by cutoff, age and stage: count, value, value², square; shape (4, n_cutoffs, n_ages,
    n_stages)."""
    mine = deals.pipeline == pipeline
    n_ages = OLDEST + 1
    place = (deals.cutoff[mine] * n_ages + deals.age[mine]) * n_stages + deals.state[mine]
    value, square = deals.value[mine], deals.square[mine]
    sums = [
        np.bincount(place, weights=weights, minlength=n_cutoffs * n_ages * n_stages).astype(np.float64)
        for weights in (np.ones_like(value), value, value * value, square)
    ]
    return np.stack(sums).reshape(4, n_cutoffs, n_ages, n_stages)


def new_deal_sizes(history: History, sizes: Sizes, ledger: WonByMonth) -> tuple[Array, Array]:
    """What a new deal of a slice is worth when won, and that squared, by cutoff and pipeline.

    The slice's own mean, drawn to the company's mean of the pipeline by PSEUDO_WINS.
    """
    won, n = ledger.value.sum(axis=1, keepdims=True), ledger.valued.sum(axis=1, keepdims=True)
    mean = (won + PSEUDO_WINS * sizes.by_pipeline) / (n + PSEUDO_WINS)
    times = np.divide(mean, sizes.by_pipeline, out=np.ones_like(mean), where=sizes.by_pipeline > 0)
    assert mean.shape == (len(won), max(len(history.pipelines), 1))
    return mean, sizes.square_by_pipeline * times * times
