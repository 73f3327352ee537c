"""What others would have said at the same cutoff from the same knowledge: what our chances are measured against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kpi_engine.forecasting.known import OUT, WON, Array, History, Ints
from kpi_engine.forecasting.snapshots import Snapshots, codes

ODOO_SMOOTHING = 0.1
"""What Odoo's lead scoring adds to every count of its naive Bayes."""


@dataclass(frozen=True)
class Ended:
    """The deals of a pipeline that had ended by a cutoff, arrays of shape (n,), as they were known before they ended:
    ``stage`` (the last one told, 0 where none was), ``owner``, ``source, product, segment``; 0 where not known."""

    is_won: np.ndarray
    stage: Ints
    owner: Ints
    source: Ints
    product: Ints
    segment: Ints


class Past:
    """The ended deals of one pipeline, for any cutoff."""

    def __init__(self, history: History, pipeline: int) -> None:
        h = history
        self._history = h
        is_told = (h.state >= 0) & h.is_told & (h.place == pipeline)
        rows = np.arange(len(h.state))
        newest = np.maximum.accumulate(np.where(is_told, rows, -1))
        same = (newest >= 0) & (h.deal[np.maximum(newest, 0)] == h.deal)
        self._stage = np.where(same, h.state[np.maximum(newest, 0)], 0)
        self._is_end = ((h.state == WON) | (h.state == OUT)) & (h.place == pipeline)
        self._words = [codes(words) for words in (h.source, h.product, h.segment)]

    def ended(self, cutoff: int) -> Ended:
        """Those that stood as ended just before a cutoff."""
        h = self._history
        rows = np.flatnonzero(self._is_end & (h.day < cutoff) & (h.left >= cutoff))
        deal = h.deal[rows]
        owner = np.where(h.owner_since[deal] < cutoff, h.owner[rows], 0)
        source, product, segment = (words[deal] for words in self._words)
        return Ended(h.state[rows] == WON, self._stage[rows], owner, source, product, segment)


def closed_rate(ended: Ended, seen: Snapshots) -> Array:
    """Won over won and lost, the same for every deal."""
    return np.full(len(seen), ended.is_won.mean())


def stage_owner_rate(ended: Ended, seen: Snapshots) -> Array:
    """Won over won and lost of the deals that ended from the same stage with the same owner, as it stands; of the
    stage, else of all, where there is none."""
    rate = closed_rate(ended, seen)
    for theirs, ours in (
        (ended.stage, seen.stage),
        (_pair(ended.stage, ended.owner), _pair(seen.stage, seen.owner)),
    ):
        values, place, n = np.unique(theirs, return_inverse=True, return_counts=True)
        won = np.bincount(place, weights=ended.is_won, minlength=len(values)) / n
        at = np.minimum(np.searchsorted(values, ours), len(values) - 1)
        rate = np.where(values[at] == ours, won[at], rate)
    return rate


def naive_bayes(ended: Ended, seen: Snapshots) -> Array:
    """Odoo's predictive lead scoring: naive Bayes over stage, owner, source, product and segment, 0.1 added to every
    count (crm_lead.py, _pls_get_naive_bayes_probabilities). What is not known is left out."""
    n_won, n_lost = float(ended.is_won.sum()), float((~ended.is_won).sum())
    won, lost = np.full(len(seen), np.log(n_won)), np.full(len(seen), np.log(n_lost)) if n_lost else -np.inf
    for name in ("stage", "owner", "source", "product", "segment"):
        theirs, ours = getattr(ended, name), getattr(seen, name)
        values, place = np.unique(theirs, return_inverse=True)
        by_won = np.bincount(place, weights=ended.is_won, minlength=len(values)) + ODOO_SMOOTHING
        by_lost = np.bincount(place, weights=~ended.is_won, minlength=len(values)) + ODOO_SMOOTHING
        at = np.minimum(np.searchsorted(values, ours), len(values) - 1)
        is_known = (values[at] == ours) & (ours != 0)
        is_told = theirs != 0
        won = won + np.where(is_known, np.log(by_won[at] / max((ended.is_won & is_told).sum(), 1)), 0.0)
        lost = lost + np.where(is_known, np.log(by_lost[at] / max((~ended.is_won & is_told).sum(), 1)), 0.0)
    return np.clip(1.0 / (1.0 + np.exp(np.clip(lost - won, -50, 50))), 0.01, 0.99)


def last_90_days(then: Snapshots, n: int, closed: float) -> Array:
    """Of the deals that were open 90 days ago (``then``), the share won since: the same for each of ``n`` deals. The
    closed rate where none was."""
    return np.full(n, then.is_won_in_time.mean() if len(then) else closed)


def _pair(stage: Ints, owner: Ints) -> Ints:
    return stage * 2**40 + owner
