"""Two ways to say how likely a deal is, and how much each is believed: as much as its own past has earned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kpi_engine.forecasting.known import Array
from kpi_engine.stats.chain import decay
from kpi_engine.stats.logistic import expit, logit

LAST_MONTHS = 12
"""Only so many months are looked back: what the two were worth longer ago does not count."""

SEEN_TIMES = 3.0
"""What becomes of a deal within 90 days is seen from three month starts, and is evidence once."""

SETTLED = 0.05
"""Less than this of a share is nothing: the other one speaks alone."""


EVEN = 0.5
"""What each is believed before anything was shown."""


@dataclass(frozen=True)
class Month:
    """What two ways lost on the chances they stated at one past month start: Σ log loss of each, and how many ``days``
    ago that was."""

    first: float
    second: float
    days: float


def mixed(first: Array, second: Array, share: float) -> Array:
    """The weighted mean of two chances in log odds; ``share`` is the second one's.

    >>> mixed(np.array([0.5]), np.array([0.5]), 0.5)
    array([0.5])
    """
    if share == 0.0:
        return first
    return expit((1.0 - share) * logit(first) + share * logit(second))


def lost(outcome: Array, chance: Array) -> float:
    """Σ log loss. Chances at 0 or 1 are kept a thousandth away from it, lest one miss decides."""
    p = np.clip(chance, 0.001, 0.999)
    return -float(np.sum(outcome * np.log(p) + (1.0 - outcome) * np.log1p(-p)))


def earned(months: Sequence[Month]) -> float:
    """The share the second way has earned: its probability to be the better one, were one of them true.

    Bayes' rule with even odds to begin with: e to the minus its log loss, over the sum of both (Raftery, Madigan and
    Hoeting, Journal of the American Statistical Association 92, 1997), on chances whose outcome was not known when they
    were stated. Months long ago count less.

    >>> earned([])
    0.5
    """
    gain = sum(float(decay(np.asarray(month.days))) * (month.first - month.second) for month in months)
    share = float(expit(np.asarray(gain / SEEN_TIMES)))
    return 0.0 if share < SETTLED else 1.0 if share > 1.0 - SETTLED else share
