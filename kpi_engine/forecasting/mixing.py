"""Two ways to say how likely a deal is, and how much each is believed: as much as its own past has earned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kpi_engine.forecasting.known import Array
from kpi_engine.stats.logistic import expit, logit

SHARES = (0.0, 0.5, 1.0)
"""How much of the logit may come from the logistic regression; the rest is the chain's."""

MIN_MONTHS = 2
MIN_SCORED = 50
"""In fewer months, or on fewer chances, nothing has been shown."""

LAST_MONTHS = 12
"""Only so many months are looked back: what the two were worth longer ago does not count."""

SURE = 1.0
"""The gain has to be so many times its own standard error, month by month: nothing is left but for something better."""


@dataclass(frozen=True)
class Month:
    """What each of SHARES lost in one past month: Σ log loss of ``n`` chances, array of shape (n_shares,)."""

    n: int
    lost: Array


@dataclass(frozen=True)
class Earned:
    """The share the logistic regression has earned, on ``n`` past chances; 0 where it has earned none.

    ``gain``: how much smaller the log loss was than the chain's, per chance; 0 where nothing was shown.
    """

    share: float
    n: int
    gain: float


def mixed(chain: Array, regression: Array, share: float) -> Array:
    """The weighted mean of two chances in log odds.

    >>> mixed(np.array([0.5]), np.array([0.5]), 0.5)
    array([0.5])
    """
    if share == 0.0:
        return chain
    return expit((1.0 - share) * logit(chain) + share * logit(regression))


def month_of(outcome: Array, chain: Array, regression: Array) -> Month:
    """Score one past month. Chances at 0 or 1 are kept a thousandth away from it, lest one miss decides."""
    lost = []
    for share in SHARES:
        p = np.clip(mixed(chain, regression, share), 0.001, 0.999)
        lost.append(-float(np.sum(outcome * np.log(p) + (1.0 - outcome) * np.log1p(-p))))
    return Month(len(outcome), np.asarray(lost))


def earned(months: Sequence[Month]) -> Earned:
    """How far from the chain the log loss of the last months leads: each larger share has to beat the smaller one by
    more than chance would.

    Chances of one month share what that month was like, so that months, and not deals, are the cases of the comparison.
    """
    last = [month for month in months if month.n]
    n = sum(month.n for month in last)
    if len(last) < MIN_MONTHS or n < MIN_SCORED:
        return Earned(0.0, n, 0.0)
    weight = np.asarray([month.n for month in last], dtype=np.float64)
    lost = np.asarray([month.lost / month.n for month in last])
    best = 0
    for share in range(1, len(SHARES)):
        gains = lost[:, best] - lost[:, share]
        mean = weight @ gains / n
        # The standard error of a weighted mean of months.
        error = np.sqrt(weight**2 @ (gains - mean) ** 2) / n * np.sqrt(len(last) / (len(last) - 1))
        best = share if mean > SURE * error else best
    return Earned(SHARES[best], n, float(weight @ (lost[:, 0] - lost[:, best]) / n))
