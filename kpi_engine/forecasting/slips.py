"""How often expected dates were pushed back, and what came of deals that had been pushed so often."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kpi_engine.forecasting.known import NEVER, History
from kpi_engine.forecasting.won import Outlook

Ints = npt.NDArray[np.int64]

OFTEN = 2
"""Deals pushed so often, or more often, are looked at together."""


@dataclass(frozen=True)
class Slips:
    """``pushes``: how often each row's deal had been pushed by then, shape (n_days,). ``n[b]`` and ``slipped[b]``: of
    the deals that at a month's start were expected in that month and had been pushed b times (OFTEN: or more), how many
    there were, and how many had not ended when it was over."""

    pushes: Ints
    n: Ints
    slipped: Ints

    def share(self, pushes: int) -> tuple[float, int]:
        """The share of such deals that slipped, and of how many; nan of none."""
        b = min(pushes, OFTEN)
        return (float(self.slipped[b] / self.n[b]) if self.n[b] else float("nan")), int(self.n[b])


def slips_of(found: Outlook) -> Slips:
    """Count pushes and slips over all whole months before the cutoff, of the deals in the outlook."""
    ground, deals = found.ground, found.deals
    h, days, months = ground.history, ground.days, ground.months
    pushes = pushes_of(h)
    now = int(days.month[-1])
    at, month = days.cutoffs[deals.cutoff], days.month[deals.cutoff]
    deal = h.deal[deals.row]
    expected = h.expected[deals.row]
    is_case = days.is_start[deals.cutoff] & (month < now) & (h.expected_since[deal] < at)
    is_case &= (expected >= at) & (expected < months.starts[month + 1])
    rows = deals.row[is_case]
    over = months.starts[month[is_case] + 1]
    has_slipped = _ends(h)[rows] >= over
    bucket = np.minimum(pushes[rows], OFTEN)
    return Slips(
        pushes=pushes,
        n=np.bincount(bucket, minlength=OFTEN + 1),
        slipped=np.bincount(bucket[has_slipped], minlength=OFTEN + 1),
    )


def pushes_of(history: History) -> Ints:
    """How often the expected date of each row's deal had been moved later up to that row, while it was open."""
    h = history
    is_push = np.zeros(len(h.deal), dtype=np.int64)
    before, after = h.expected[:-1], h.expected[1:]
    is_push[1:] = (
        (h.deal[1:] == h.deal[:-1])
        & (h.state[1:] >= 0)
        & (h.state[:-1] >= 0)
        & (after > before)
        & (after < NEVER)
        & (h.expected_since[h.deal[1:]] <= h.day[1:])
    )
    so_far = np.cumsum(is_push)
    first = np.searchsorted(h.deal, h.deal, side="left")
    return np.asarray(so_far - so_far[first])


def _ends(history: History) -> Ints:
    """The day on which the deal of each row next ended; NEVER where it did not."""
    h = history
    n = len(h.deal)
    after = np.minimum.accumulate(np.where(h.state < 0, np.arange(n), n)[::-1])[::-1]
    found = np.full(n, NEVER)
    is_there = after < n
    is_there[is_there] = h.deal[after[is_there]] == h.deal[is_there]
    found[is_there] = h.day[after[is_there]]
    return found
