"""What was won, as it was known on many days: sums by month or product at each cutoff, in one pass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kpi_engine.forecasting.calendar import Calendar
from kpi_engine.forecasting.known import WON, History

Ints = npt.NDArray[np.int64]
Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

MIN_WINS = 5
"""A product's own mean counts once so many of its deals were won with an amount."""


@dataclass(frozen=True)
class Wins:
    """Every stay of a deal in won or paid: arrays of shape (n_wins,).

    ``row`` (of the history's days), ``day`` (of the win), ``seen`` and ``left``: it stood so from the one day up to,
    and not including, the other.
    """

    row: Ints
    day: Ints
    seen: Ints
    left: Ints


def wins_of(history: History) -> Wins:
    """All wins there are, one entry for each time the state or amount of a won deal was written."""
    row = np.flatnonzero(history.state == WON)
    is_first = np.ones(len(history.deal), dtype=bool)
    is_first[1:] = (history.deal[1:] != history.deal[:-1]) | (history.state[1:] != history.state[:-1])
    begun = np.maximum.accumulate(np.where(is_first, np.arange(len(is_first)), 0)) if len(is_first) else row
    return Wins(row, history.day[begun[row]], history.day[row], history.left[row])


def standing(seen: Ints, left: Ints, group: Ints, n_groups: int, amounts: Array, cutoffs: Ints) -> Array:
    """Sums of what stands at each cutoff, by group: shape (n_cutoffs, n_groups).

    An entry stands at a cutoff where ``seen < cutoff <= left``: written before it, and not yet written over.
    """
    n = len(cutoffs)
    since, until = (np.searchsorted(cutoffs, day, side="right") for day in (seen, left))
    size = (n + 1) * n_groups
    come = np.bincount(since * n_groups + group, weights=amounts, minlength=size).astype(np.float64)
    gone = np.bincount(until * n_groups + group, weights=amounts, minlength=size).astype(np.float64)
    return np.asarray(np.cumsum((come - gone).reshape(n + 1, n_groups), axis=0)[:n])


@dataclass(frozen=True)
class WonByMonth:
    """Won by month at each cutoff, each of shape (n_cutoffs, n_months): ``value``, ``count``, ``valued`` (how many of
    them carry an amount)."""

    value: Array
    count: Array
    valued: Array


def won_by_month(history: History, wins: Wins, keep: Flags, months: Calendar, cutoffs: Ints) -> WonByMonth:
    """What was known of each month's wins at each cutoff. ``keep``: which rows of the history belong to the slice."""
    month = months.index(wins.day)
    kept = keep[wins.row] & (month >= 0) & (month < months.n_months)
    row, month = wins.row[kept], month[kept]
    amount = history.amount[row]
    has_amount = ~np.isnan(amount)

    def by_month(weights: Array) -> Array:
        return standing(wins.seen[kept], wins.left[kept], month, months.n_months, weights, cutoffs)

    return WonByMonth(
        value=by_month(np.nan_to_num(amount)),
        count=np.rint(by_month(np.ones(len(row)))),
        valued=np.rint(by_month(has_amount.astype(np.float64))),
    )


@dataclass(frozen=True)
class Sizes:
    """What a won deal was worth, as known at each cutoff.

    ``mean`` and ``square`` (of amount and amount²) by product, shape (n_cutoffs, n_products): a product's own where
    MIN_WINS of its deals were won, else its pipeline's, else everybody's. ``product``: of each deal. ``by_pipeline``
    and ``square_by_pipeline``: shape (n_cutoffs, n_pipelines).
    """

    product: Ints
    mean: Array
    square: Array
    by_pipeline: Array
    square_by_pipeline: Array


def sizes_of(history: History, wins: Wins, cutoffs: Ints) -> Sizes:
    """The mean won amounts. A product of two pipelines is two products."""
    h = history
    product, names = pd.factorize(h.product)
    n_pipelines = max(len(h.pipelines), 1)
    # Few products are ever won often enough to have a mean of their own: the others share one place.
    combined = product.astype(np.int64) * n_pipelines + h.pipeline
    has_amount = ~np.isnan(h.amount[wins.row])
    row, deal = wins.row[has_amount], h.deal[wins.row[has_amount]]
    often = np.bincount(combined[deal], minlength=len(names) * n_pipelines) >= MIN_WINS
    place = np.where(often, np.cumsum(often) - 1 + n_pipelines, np.arange(len(often)) % n_pipelines)
    group = place[combined]
    n_groups = n_pipelines + int(often.sum())
    seen, left, amount = wins.seen[has_amount], wins.left[has_amount], h.amount[row]

    def mean_of(weights: Array) -> tuple[Array, Array]:
        everybody = np.zeros(len(deal), dtype=np.int64)
        all_n = standing(seen, left, everybody, 1, np.ones(len(deal)), cutoffs)
        all_sum = standing(seen, left, everybody, 1, weights, cutoffs)
        overall = np.divide(all_sum, all_n, out=np.zeros_like(all_sum), where=all_n > 0)
        pipeline_n = standing(seen, left, h.pipeline[deal], n_pipelines, np.ones(len(deal)), cutoffs)
        pipeline_sum = standing(seen, left, h.pipeline[deal], n_pipelines, weights, cutoffs)
        by_pipeline = np.where(pipeline_n >= MIN_WINS, pipeline_sum / np.maximum(pipeline_n, 1), overall)
        n = standing(seen, left, group[deal], n_groups, np.ones(len(deal)), cutoffs)
        total = standing(seen, left, group[deal], n_groups, weights, cutoffs)
        parent = np.concatenate([np.arange(n_pipelines), np.flatnonzero(often) % n_pipelines])
        own = n >= MIN_WINS
        own[:, :n_pipelines] = False
        return np.where(own, total / np.maximum(n, 1), by_pipeline[:, parent]), by_pipeline

    mean, by_pipeline = mean_of(amount)
    square, square_by_pipeline = mean_of(amount * amount)
    return Sizes(group, mean, square, by_pipeline, square_by_pipeline)
