"""Shares of few cases, and how sure one can be of them."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist


def wilson(successes: int, n: int, level: float = 0.8) -> tuple[float, float]:
    """The interval in which the true share lies with a probability of ``level`` (Wilson 1927, score interval).

    ``n`` is at least 1. Never outside of [0, 1], also where all or none succeeded.

    >>> [round(bound, 3) for bound in wilson(8, 10, 0.95)]
    [0.49, 0.943]
    """
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(middle - half, 0.0), min(middle + half, 1.0)
