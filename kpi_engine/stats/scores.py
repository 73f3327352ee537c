"""How good stated chances were: one number for all of it, and what a given chance really came to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kpi_engine.stats import logistic

Array = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LEAST = 1e-6
"""For the log loss no stated chance counts as less, or as more than 1 less this: one miss is not infinitely bad."""

Z80 = 1.2815515655446004
"""The 90 % point of the normal distribution: 80 % lie between it and its opposite."""


@dataclass(frozen=True)
class Scores:
    """``brier, log_loss, slope, intercept, ece`` of ``n`` chances; nan where there is none to score.

    ``slope`` and ``intercept``: what turns the stated log odds into the true ones; 1 and 0 where they are true. nan
    where all chances are the same or all outcomes are.
    """

    brier: float
    log_loss: float
    slope: float
    intercept: float
    ece: float
    n: int


@dataclass(frozen=True)
class Reliability:
    """What chances came to, arrays of shape (n_bins,). An empty bin is kept: n is 0 and the rest nan.

    ``stated``: their mean; ``happened``: the share won; ``lower, upper``: its 80 % interval (Wilson).
    """

    n: npt.NDArray[np.int64]
    stated: Array
    happened: Array
    lower: Array
    upper: Array


def scores(outcome: Bools, probability: Array) -> Scores:
    """All scores of stated chances, arrays of shape (n,)."""
    slope, intercept = calibration(outcome, probability)
    return Scores(
        brier=brier_score(outcome, probability),
        log_loss=log_loss(outcome, probability),
        slope=slope,
        intercept=intercept,
        ece=ece(outcome, probability),
        n=len(outcome),
    )


def brier_score(outcome: Bools, probability: Array) -> float:
    """The mean square of chance less outcome (Brier, 1950): 0 is perfect, .25 is what saying .5 always gets.

    >>> brier_score(np.array([True, False]), np.array([0.9, 0.3])).__round__(3)
    0.05
    """
    return float(np.mean((probability - outcome) ** 2)) if len(outcome) else float("nan")


def log_loss(outcome: Bools, probability: Array) -> float:
    """The mean of -log of what was said of that which happened; chances are kept within LEAST of 0 and 1.

    >>> log_loss(np.array([True, False]), np.array([0.5, 0.5])).__round__(4)
    0.6931
    """
    if not len(outcome):
        return float("nan")
    kept = np.clip(probability, LEAST, 1 - LEAST)
    return float(-np.mean(np.where(outcome, np.log(kept), np.log1p(-kept))))


def calibration(outcome: Bools, probability: Array) -> tuple[float, float]:
    """Slope and intercept of the logistic regression of the outcome on the stated log odds (Cox, 1958).

    A slope below 1 says that the chances are too extreme, an intercept below 0 that they are too high. Both nan where
    all chances are the same, or all outcomes.
    """
    kept = np.clip(np.asarray(probability, dtype=np.float64), LEAST, 1 - LEAST)
    if not len(outcome) or np.ptp(kept) < LEAST or outcome.all() or not outcome.any():
        return float("nan"), float("nan")
    found = logistic.fit(logistic.logit(kept)[:, None], outcome.astype(np.float64), ridge=0.0)
    return float(found.coef[0]), found.intercept


def ece(outcome: Bools, probability: Array, n_bins: int = 10) -> float:
    """Expected calibration error: how far stated and happened lie apart in bins of equal width, weighted by n."""
    if not len(outcome):
        return float("nan")
    found = reliability(outcome, probability, n_bins)
    apart = np.abs(found.stated - found.happened)
    return float(np.nansum(found.n * apart) / len(outcome))


def reliability(outcome: Bools, probability: Array, n_bins: int = 10) -> Reliability:
    """How often deals given a probability were really won, in bins of equal width.

    Parameters
    ----------
    outcome : bool array of shape (n,)
    probability : float array of shape (n,)
        In [0, 1], as it was stated at the time.

    >>> reliability(np.array([True, False]), np.array([0.9, 0.9]), n_bins=2).happened
    array([nan, 0.5])
    """
    bins = np.minimum((probability * n_bins).astype(np.int64), n_bins - 1)
    return by_group(outcome, probability, bins, n_bins)


def by_group(
    outcome: Bools, probability: Array, group: npt.NDArray[np.int64], n_groups: int, n: Array | None = None
) -> Reliability:
    """Stated against happened in groups 0 … n_groups - 1; :class:`Reliability` with one entry per group.

    ``n``: independent cases per group for the interval, where they are fewer than the entries (one deal seen several
    times); the entries themselves where None.
    """
    count = np.bincount(group, minlength=n_groups)
    with np.errstate(invalid="ignore"):
        stated = np.bincount(group, weights=probability, minlength=n_groups) / count
        happened = np.bincount(group, weights=outcome.astype(np.float64), minlength=n_groups) / count
    lower, upper = wilson(happened, count.astype(np.float64) if n is None else n)
    return Reliability(count.astype(np.int64), stated, happened, lower, upper)


def wilson(share: Array, n: Array, z: float = Z80) -> tuple[Array, Array]:
    """The interval of a share of n cases (Wilson, 1927); 80 % by default. nan where n is 0.

    >>> [round(float(x), 4) for x in wilson(np.array(0.5), np.array(10.0), z=1.96)]
    [0.2366, 0.7634]
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    # Rounding must not put a share of 0 or 1 outside its own interval.
    return np.minimum(np.maximum(middle - half, 0.0), share), np.maximum(np.minimum(middle + half, 1.0), share)
