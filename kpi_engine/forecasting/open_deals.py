"""The deals that were open at each of many cutoffs, valued as they could be valued then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kpi_engine.forecasting.chains import OLDEST
from kpi_engine.forecasting.known import NEVER, OUT, WON, History
from kpi_engine.forecasting.ledger import Sizes
from kpi_engine.stats.chain import STEP_DAYS

Ints = npt.NDArray[np.int64]
Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

PSEUDO_DEALS = 20.0
"""Until more is known, won deals are as large as open ones, as if so many deals had said so."""


@dataclass(frozen=True)
class OpenDeals:
    """One entry per deal and cutoff at which it was open: arrays of shape (n_entries,).

    ``cutoff`` (index), ``row`` (of the history's days), ``pipeline``, ``state`` (open stage as known then), ``age`` (in
    whole steps, at most OLDEST), ``value`` and ``square``: the expected won amount and amount², were it won;
    ``is_guessed``: it has no amount, and is valued at the mean of its product.
    """

    cutoff: Ints
    row: Ints
    pipeline: Ints
    state: Ints
    age: Ints
    value: Array
    square: Array
    is_guessed: Flags


def open_deals_at(history: History, keep: Flags, sizes: Sizes, cutoffs: Ints) -> OpenDeals:
    """The dated deals of a slice that were open at each cutoff. ``keep``: which rows of the history belong to it.

    A deal without a created date has no age, and is left out: what comes of such deals is counted with those that are
    not yet created.
    """
    h = history
    is_open = keep & (h.state >= 0) & (h.created[h.deal] < NEVER)
    rows = np.flatnonzero(is_open)
    # There where seen < cutoff <= left, and only once it was created.
    since = np.maximum(h.day[rows], h.created[h.deal[rows]])
    first, last = (np.searchsorted(cutoffs, day, side="right") for day in (since, h.left[rows]))
    n = np.maximum(last - first, 0)
    rows, first, n = rows[n > 0], first[n > 0], n[n > 0]
    cutoff = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n - first, n)
    deal, at = h.deal[rows], cutoffs[cutoff]
    # A row says the same at all its cutoffs; only whether anybody knew of it yet differs.
    is_placed = np.repeat(h.is_told[rows], n) | (np.repeat(h.seen_since[deal], n) < at)
    is_guessed = np.repeat(h.amount_since[deal], n) >= at
    is_guessed |= np.repeat(np.isnan(h.amount[rows]), n)
    value = np.repeat(h.amount[rows], n) * won_to_open(history, cutoffs)[cutoff]
    square = value * value
    product = np.repeat(sizes.product[deal], n)[is_guessed]
    value[is_guessed] = sizes.mean[cutoff[is_guessed], product]
    square[is_guessed] = sizes.square[cutoff[is_guessed], product]
    return OpenDeals(
        cutoff=cutoff,
        row=np.repeat(rows, n),
        pipeline=np.repeat(h.place[rows], n),
        state=np.where(is_placed, np.repeat(h.state[rows], n), 0),
        age=np.clip((at - np.repeat(h.created[deal] + 1, n)) // STEP_DAYS, 0, OLDEST),
        value=value,
        square=square,
        is_guessed=is_guessed,
    )


def won_to_open(history: History, cutoffs: Ints) -> Array:
    """How the final amounts of won deals compare with what all deals that ended said while they were open.

    A mean over a mean, drawn to 1 by PSEUDO_DEALS, of shape (n_cutoffs,). Deals whose amount was 0, blank or not told
    by then say nothing: many exports blank the amount of a lost deal.
    """
    h = history
    ends = np.flatnonzero((h.state == WON) | (h.state == OUT))
    ends = ends[ends > 0]
    ends = ends[(h.deal[ends - 1] == h.deal[ends]) & (h.state[ends - 1] >= 0)]
    before, after = h.amount[ends - 1], h.amount[ends]
    told = np.maximum(h.day[ends], h.amount_since[h.deal[ends]])
    is_won = h.state[ends] == WON
    says = (before > 0) & (~is_won | (after > 0)) & (told < NEVER)
    first = np.searchsorted(cutoffs, told[says], side="right")

    def so_far(weights: Array) -> Array:
        counted = np.bincount(first, weights=weights, minlength=len(cutoffs) + 1)
        return np.cumsum(counted.astype(np.float64))[: len(cutoffs)]

    won = is_won[says].astype(np.float64)
    n_all, n_won = so_far(np.ones_like(won)), so_far(won)
    all_sum, won_sum = so_far(before[says]), so_far(won * np.nan_to_num(after[says]))
    mean = np.divide(all_sum, n_all, out=np.ones_like(all_sum), where=n_all > 0)
    return np.asarray((won_sum / mean + PSEUDO_DEALS) / (n_won + PSEUDO_DEALS))
