"""Intervals of ratios of counts, of differences of shares, and of means."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kpi_engine.stats.scores import Z80, wilson

Array = npt.NDArray[np.float64]

Z95 = 1.959963984540054
"""The normal point of a two-sided interval of 95 %."""


def ratio_of_counts(count: Array, base: Array, z: float = Z80) -> tuple[Array, Array]:
    """The interval of ``count / base`` where neither is part of the other, as orders per meeting.

    Both are taken as Poisson counts. Given their sum, the first is binomial, so the interval of its share of the sum
    (Wilson) is turned into one of the ratio: s / (1 - s) (Przyborowski and Wilenski, 1940).

    Parameters
    ----------
    count, base : float arrays of the same shape
        Whole numbers, at least 0.

    Returns
    -------
    lower, upper : float arrays
        nan where both are 0; an upper bound is inf where ``base`` is 0.

    >>> lower, upper = ratio_of_counts(np.array([30.0]), np.array([60.0]))
    >>> bool(lower[0] < 0.5 < upper[0])
    True
    """
    total = count + base
    with np.errstate(invalid="ignore", divide="ignore"):
        share = count / total
        low, high = wilson(share, total, z)
        return low / (1.0 - low), high / (1.0 - high)


def difference_of_shares(share: float, n: float, other: float, n_other: float, z: float = Z80) -> tuple[float, float]:
    """The interval of ``share - other`` of two independent groups (Newcombe, 1998, method 10: from Wilson's of each).

    nan where either group is empty.

    >>> [round(x, 4) for x in difference_of_shares(56 / 70, 70, 48 / 80, 80, z=Z95)]  # Newcombe's own example
    [0.0524, 0.3339]
    """
    low, high = (float(bound) for bound in wilson(np.array(share), np.array(float(n)), z))
    low_other, high_other = (float(bound) for bound in wilson(np.array(other), np.array(float(n_other)), z))
    apart = share - other
    return (
        apart - float(np.sqrt((share - low) ** 2 + (high_other - other) ** 2)),
        apart + float(np.sqrt((high - share) ** 2 + (other - low_other) ** 2)),
    )


def mean_of_amounts(total: Array, squares: Array, n: Array, z: float = Z80) -> tuple[Array, Array, Array]:
    """The mean of amounts that are never negative, from their sums and sums of squares, with its interval.

    The mean ± z standard errors, cut off at 0. Amounts are skewed: with few of them the interval is too short above,
    so it is given from some twenty cases on.

    Returns
    -------
    mean, lower, upper : float arrays
        The bounds are nan where n is below 2, the mean where it is 0.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / n
        variance = np.maximum(squares - total * mean, 0.0) / (n - 1.0)
        half = z * np.sqrt(variance / n)
    half = np.where(n >= 2, half, np.nan)
    return mean, np.maximum(mean - half, 0.0), mean + half
