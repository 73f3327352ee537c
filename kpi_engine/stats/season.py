"""Is there a season in a monthly series, and how strong is each month of it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kpi_engine.names import Status

Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MIN_MONTHS = 24
"""Whole months needed before a season can be a fact: each month must have been seen twice."""

SURE = 0.03
"""A season is a fact below this p-value: stricter than .05, so that of many unrelated series clearly fewer than 5 in
100 are called seasonal, whatever their noise looks like."""

BAND = 0.8
"""What share of true indices the interval of a month is meant to hold."""

_STRENGTHS = np.array([0.0003, 0.001, 0.003, 0.006, 0.012, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8])
"""Variances of the log index that are thought possible: from no season to one of tenfold months."""

_USUAL, _SPREAD = 0.015, 1.5
"""A season of about 12 % up and down is usual; how far from it others are, as a standard deviation of the log."""

_SMOOTHNESS = (0.0, 0.6, 0.9)
"""How much of a season is a smooth wave through the year; the rest is each month's own."""

_UNSEEN_NOISE, _UNSEEN_WEIGHT = 0.15, 6.0
"""Dispersion (variance over mean, of a series with mean 1) assumed where one year cannot show it, and its weight."""

_LOWEST = 0.02
"""No month is thought to bring less than this share of the usual one: a month without anything has no logarithm."""


@dataclass(frozen=True)
class Season:
    """What each calendar month is to the average one, which is 1.

    ``index``, ``lower``, ``upper``, ``years`` have shape (12,), January first; nan where a month was never seen.
    ``years`` counts how often a month was seen. ``status`` is ok where the season may be shown as a fact (24 whole
    months, ``p_value`` below :data:`SURE`), too_few where it may not, no_data where nothing ever happened. ``p_value``
    is None where it cannot be tested.
    """

    status: Status
    n: int
    index: Array
    lower: Array
    upper: Array
    years: Ints
    p_value: float | None = None


class _Fit(NamedTuple):
    """A fitted quasi-Poisson model: month effects (log, mean 0) and their variances, dispersion and its degrees of
    freedom, deviance, the growth it found; and the deviance of the model without months."""

    effects: Array
    variances: Array
    dispersion: float
    degrees: int
    deviance: float
    growth: Array
    flat_deviance: float


def seasonal_index(values: Array, months: Ints, n_permutations: int = 999, seed: int = 1) -> Season:
    """The index of each calendar month, shrunk towards "no season" as far as the data leave that open.

    Parameters
    ----------
    values : array of shape (n,)
        One number per whole month, no month missing, oldest first; money or counts. What is below 0 counts as 0.
    months : int array of shape (n,)
        The calendar month of each, 1 to 12.

    Returns
    -------
    Season
        Under twelve months, or where nothing happened, the index is nan. Between 12 and 23 the index is what the one
        year suggests, with a wide interval, and is no fact. The same input gives the same answer.

    Notes
    -----
    A quasi-Poisson model (log link) of level, trend and month gives the raw effects and the dispersion. They are
    shrunk as an empirical Bayes estimate that does not bet on one strength of season: the posterior is averaged over
    variances from nearly nothing to tenfold months, and over seasons that are smooth waves or each month's own. So
    noise alone comes out nearly flat without a gate, and an interval covers what it says.

    The p-value is the larger one of the model's F-test (11 degrees of freedom) and of a permutation of the residuals:
    with few, large deals the F-test alone finds a season too often.
    """
    y = np.maximum(np.asarray(values, dtype=float), 0.0)
    place = np.asarray(months, dtype=np.int64) - 1
    n, years = len(y), np.bincount(place, minlength=12)
    if n == 0 or y.sum() <= 0:
        return _unknown(Status.NO_DATA, n, years)
    if years.min() == 0:
        return _unknown(Status.TOO_FEW, n, years)
    y = y / y.mean()
    fit = _fitted(y, place, with_trend=n >= MIN_MONTHS)
    log_index, spread = _shrunk(fit)
    scale = np.exp(log_index).mean()
    reach = _reach(fit.degrees) * spread
    p_value = None
    if n >= MIN_MONTHS:
        p_value = max(_f_test(fit), _permutation_test(y / fit.growth, place, n_permutations, seed))
    return Season(
        status=Status.OK if p_value is not None and p_value < SURE else Status.TOO_FEW,
        n=n,
        index=np.exp(log_index) / scale,
        lower=np.exp(log_index - reach) / scale,
        upper=np.exp(log_index + reach) / scale,
        years=years,
        p_value=p_value,
    )


def plain_index(values: Array, months: Ints) -> Array:
    """The index of the quasi-Poisson model without shrinkage, shape (12,): what noise makes of few years. Needs each
    month once, and 14 months in all."""
    y = np.maximum(np.asarray(values, dtype=float), 0.0)
    index = np.exp(_fitted(y / y.mean(), np.asarray(months) - 1, with_trend=True).effects)
    return np.asarray(index / index.mean())


def ratio_to_moving_average(values: Array, months: Ints) -> Array:
    """The textbook index, shape (12,): each month over the centred mean of the twelve around it. Needs 24 months."""
    weights = np.array([0.5, *[1.0] * 11, 0.5]) / 12
    ratio = values[6:-6] / np.convolve(values, weights, mode="valid")
    inner = np.asarray(months)[6:-6]
    index = np.array([ratio[inner == month].mean() for month in range(1, 13)])
    return np.asarray(index / index.mean())


def _unknown(status: Status, n: int, years: Ints) -> Season:
    nothing = np.full(12, np.nan)
    return Season(status, n, nothing, nothing, nothing, years)


def _fitted(y: Array, place: Ints, *, with_trend: bool) -> _Fit:
    """The model of level, month and (given two years) trend, beside the one without months. ``y`` has mean 1."""
    n = len(y)
    trend = (np.arange(n) - (n - 1) / 2)[:, None] / 12
    month = np.eye(12)[place]
    level = np.ones((n, 1))
    found, mu = _poisson(y, np.hstack([month, trend]) if with_trend else month)
    _, flat = _poisson(y, np.hstack([level, trend]) if with_trend else level)
    degrees = n - 12 - int(with_trend)
    pearson = float(np.sum((y - mu) ** 2 / np.maximum(mu, _LOWEST**2)))
    if with_trend and n >= MIN_MONTHS:
        dispersion = pearson / degrees
    else:
        dispersion = (pearson + _UNSEEN_WEIGHT * _UNSEEN_NOISE) / (degrees + _UNSEEN_WEIGHT)
        degrees += int(_UNSEEN_WEIGHT)
    effects = np.maximum(found[:12], np.log(_LOWEST))
    seen = np.maximum(month.T @ mu, _LOWEST * month.sum(axis=0))
    dispersion = max(dispersion, 1e-9)
    growth = np.exp(found[12] * trend[:, 0]) if with_trend else np.ones(n)
    return _Fit(
        effects - effects.mean(), dispersion / seen, dispersion, degrees, _deviance(y, mu), growth, _deviance(y, flat)
    )


def _poisson(y: Array, design: Array) -> tuple[Array, Array]:
    """Coefficients and means of a log-linear model by iteratively reweighted least squares (Nelder and Wedderburn)."""
    mu: Array = np.maximum(y, 0.1)
    eta: Array = np.log(mu)
    coefficients = np.zeros(design.shape[1])
    for _ in range(50):
        weighted = design * mu[:, None]
        # A speck on the diagonal keeps a month without anything from running off to minus infinity.
        normal = design.T @ weighted + 1e-8 * np.eye(design.shape[1])
        found: Array = np.asarray(np.linalg.solve(normal, weighted.T @ (eta + (y - mu) / mu)))
        eta = np.clip(design @ found, -12.0, 12.0)
        mu = np.exp(eta)
        if np.max(np.abs(found - coefficients)) < 1e-10:
            break
        coefficients = found
    return np.asarray(found), np.asarray(mu)


def _contrasts() -> Array:
    """An orthonormal basis, shape (12, 11), of what is left when the mean is taken out."""
    return np.asarray(np.linalg.qr(np.column_stack([np.ones(12), np.eye(12)[:, :11]]))[0][:, 1:])


def _season_shape(smoothness: float) -> Array:
    """Covariance of a season of variance one, shape (12, 12): a wave once and twice a year, and each month's own."""
    apart = np.subtract.outer(np.arange(12), np.arange(12)) * 2 * np.pi / 12
    wave = 0.8 * np.cos(apart) + 0.2 * np.cos(2 * apart)
    own = (np.eye(12) - 1 / 12) * 12 / 11
    return np.asarray(smoothness * wave + (1 - smoothness) * own)


def _shrunk(fit: _Fit) -> tuple[Array, Array]:
    """Posterior mean and standard deviation of the log index, both of shape (12,)."""
    basis = _contrasts()
    x = basis.T @ fit.effects
    noise = basis.T @ (fit.variances[:, None] * basis)
    weights, means, variances = [], [], []
    for smoothness in _SMOOTHNESS:
        shape = basis.T @ _season_shape(smoothness) @ basis
        for strength in _STRENGTHS:
            season = strength * shape
            gain = np.linalg.solve(season + noise, season).T
            distance = float(x @ np.linalg.solve(season + noise, x))
            usual = -0.5 * (np.log(strength / _USUAL) / _SPREAD) ** 2
            size = -0.5 * np.linalg.slogdet(season + noise)[1]
            # The dispersion is itself an estimate: a Student's t instead of a normal likelihood.
            weights.append(usual + size - (fit.degrees + 11) / 2 * np.log1p(distance / fit.degrees))
            means.append(basis @ (gain @ x))
            variances.append(np.einsum("ij,jk,ik->i", basis, season - gain @ season, basis))
    weight = np.exp(np.array(weights) - max(weights))
    weight /= weight.sum()
    mean = weight @ np.array(means)
    variance = weight @ (np.array(variances) + (np.array(means) - mean) ** 2)
    return mean, np.sqrt(np.maximum(variance, 0.0))


def _reach(degrees: int) -> float:
    from scipy.special import stdtrit  # 0.2 s to import, and only needed here

    return float(stdtrit(max(degrees, 1), (1 + BAND) / 2))


def _f_test(fit: _Fit) -> float:
    """How often a series without a season would have months that differ as much: the tail of F with 11 degrees."""
    from scipy.special import fdtrc

    return float(fdtrc(11, fit.degrees, max(fit.flat_deviance - fit.deviance, 0.0) / 11 / fit.dispersion))


def _deviance(y: Array, mu: Array) -> float:
    """Of the Poisson model: 2·Σ(y·log(y/mu) − (y − mu))."""
    logs = np.zeros_like(y)
    np.log(np.divide(y, mu, where=y > 0, out=np.ones_like(y)), where=y > 0, out=logs)
    return float(2 * np.sum(y * logs - (y - mu)))


def _permutation_test(level: Array, place: Ints, n_permutations: int, seed: int) -> float:
    """How often the same months in another order would differ as much: the ratio of the variation between calendar
    months to that within them. ``level`` is the series with its growth taken out, as the model with months found it."""
    rng = np.random.default_rng(seed)
    orders = np.array([np.arange(len(level)), *(rng.permutation(len(level)) for _ in range(n_permutations))])
    drawn = level[orders] - level.mean()
    month = np.eye(12)[place]
    between = np.sum((drawn @ month) ** 2 / month.sum(axis=0), axis=1)
    within = np.sum(drawn**2, axis=1) - between
    statistic = between / np.maximum(within, 1e-12 * between)
    # Equal orders of the same numbers differ in the last digit.
    return float((1 + np.sum(statistic[1:] >= statistic[0] * (1 - 1e-9))) / (n_permutations + 1))
