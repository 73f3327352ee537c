"""Bands around a forecast of an amount that cannot fall below zero."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

LEVEL = 0.8
"""The share of months that is meant to fall inside."""

PRIOR_MONTHS = 6.0
"""The dispersion one starts from counts like so many months."""

PRIOR_DISPERSION = (2.5, 3.0, 3.5)
"""For one, two and three months ahead: what a model calls its variance covers only the dice, not its own mistakes."""

LEVEL_ERROR = 0.1
"""Every forecast may be off by a tenth, however many deals are behind it."""


def dispersion(z: Array, ahead: int) -> float:
    """By how much the variance is larger than the model says: φ = (Σz² + 6·φ0) / (n + 6).

    ``z``: past errors over the model's own standard deviation, nan left out. ``ahead``: 1 for the first month.
    """
    seen = z[~np.isnan(z)]
    prior = PRIOR_DISPERSION[min(ahead, len(PRIOR_DISPERSION)) - 1]
    return float(((seen**2).sum() + PRIOR_MONTHS * prior) / (len(seen) + PRIOR_MONTHS))


def band_variance(mean: float, model_variance: float, phi: float, n: int) -> float:
    """model variance · φ · (1 + 2/(n + 2)) + (0.1 · mean)²: few months seen widen it."""
    return model_variance * phi * (1.0 + 2.0 / (n + 2.0)) + (LEVEL_ERROR * mean) ** 2


def gamma_band(mean: float, variance: float, level: float = LEVEL) -> tuple[float, float]:
    """The middle ``level`` of a gamma distribution with this mean and variance: never below 0, skewed as amounts are.

    A mean of 0 has no width below it: (0, 0) without variance, else 0 to the upper end of an exponential of that size.
    """
    from scipy.stats import gamma  # lazily: it is slow to import

    tail = (1.0 - level) / 2.0
    if variance <= 0:
        return mean, mean
    if mean <= 0:
        return 0.0, float(gamma.ppf(1.0 - tail, 1.0, scale=np.sqrt(variance)))
    shape, scale = mean**2 / variance, variance / mean
    return float(gamma.ppf(tail, shape, scale=scale)), float(gamma.ppf(1.0 - tail, shape, scale=scale))
