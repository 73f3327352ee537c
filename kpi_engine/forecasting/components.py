"""The forecasts of a month that are mixed into one: two from the deals, two from the months alone, and the naive
ones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kpi_engine.stats.month_effects import MIN_FOR_YEAR, month_design, ridge

Ints = npt.NDArray[np.int64]
Array = npt.NDArray[np.float64]

FADING = 0.9
"""A month ago counts so much of this month, in every correction."""

LEVEL_SD, QUARTER_SD, YEAR_SD = 0.2, 0.2, 0.15
"""How far, in logarithms, a model's level and the kinds of month may be off before anything was seen."""

SERIES_QUARTER_SD, SERIES_YEAR_SD = 0.5, 0.3
"""The same for a series of months by itself, which has no deals to tell it of its seasons."""

TREND_SD, DAMPING = 0.05, 0.85
"""How steep a trend may be, in logarithms a month, before anything was seen, and what is left of it a month later."""

OVERDISPERSION = 2.5
"""Months scatter by so much more than the model's own variance."""

OWN_SCATTER = 0.01
"""Variance, in logarithms, that remains however many deals there are."""

LARGEST = 0.7
"""No single month corrects by more than a factor of two."""

_FLOOR = 0.05


def corrected(
    raw: Array, past: Array, variance: Array, actual: Array, age: Array, months: Ints, target: Ints
) -> tuple[Array, Array]:
    """The model's own forecast, corrected by how it did: by its level, and by level and kind of month.

    What went wrong before counts by how surely it was no chance: a miss by half says little where three wins were
    expected, and much where three hundred were.

    Parameters
    ----------
    raw : array of shape (n_targets,), the model's forecasts of months to come.
    past, variance, actual, age, months : arrays of shape (n_past,), what it said of past months and how sure it was,
    what
        came, how many months ago, which month of the year it was.
    target : int array of shape (n_targets,), month of the year.

    Returns
    -------
    (self-corrected, self-corrected and seasonal), each of shape (n_targets,)
    """
    if not len(past):
        return raw, raw
    actual = np.maximum(actual, 0.0)  # a month of credits has no logarithm; it brought nothing
    ground = _FLOOR * (np.mean(actual) + np.mean(past)) + 1e-9
    off = np.log((actual + ground) / (past + ground)).clip(-LARGEST, LARGEST)
    scatter = OVERDISPERSION * variance / (past + ground) ** 2 + OWN_SCATTER
    weight = FADING**age / scatter
    level = float((weight * off).sum() / (weight.sum() + LEVEL_SD**-2))
    with_year = len(past) >= MIN_FOR_YEAR
    design = month_design(months, with_year)
    found = ridge(design, off, weight, _penalty(with_year, LEVEL_SD, QUARTER_SD, YEAR_SD))
    by_level, by_month = (smear(off - fitted, FADING**age) for fitted in (level, design @ found))
    return raw * np.exp(level) * by_level, raw * np.exp(month_design(target, with_year) @ found) * by_month


def smear(left: Array, weight: Array) -> float:
    """From the middle to the mean: what is said in logarithms is too low by the scatter around it, for e to the mean of
    some logarithms is below the mean of the amounts (Duan, Journal of the American Statistical Association 78, 1983).

    ``left``: what was left over, in logarithms; its own mean is no scatter.

    >>> smear(np.zeros(3), np.ones(3))
    1.0
    """
    return float(np.average(np.exp(left - np.average(left, weights=weight)), weights=weight))


def _penalty(with_year: bool, level: float, quarter: float, year: float) -> Array:
    return np.array([level] + [quarter] * 3 + ([year] * 12 if with_year else [])) ** -2.0


def log_linear(actual: Array, scatter: float, months: Ints, target: Ints) -> Array:
    """The level of the last months times what their kind of month usually makes of it; nan without a month.

    ``actual``: whole months in order, what is below 0 counts as 0; ``scatter``: variance of a month's logarithm by
    chance alone; ``months, target``: months of the year.
    """
    if not len(actual):
        return np.full(len(target), np.nan)
    actual = np.maximum(actual, 0.0)
    ground = _FLOOR * np.mean(actual) + 1e-9
    y = np.log(actual + ground)
    age = np.arange(len(actual))[::-1].astype(np.float64)
    weight = FADING**age / (OVERDISPERSION * scatter + OWN_SCATTER)
    with_year = len(actual) >= MIN_FOR_YEAR
    centre = float(np.average(y, weights=weight))
    penalty = np.append(_penalty(with_year, 10.0, SERIES_QUARTER_SD, SERIES_YEAR_SD), TREND_SD**-2)
    # A trend runs on, and wears off: each month ahead adds less to it.
    ahead = np.cumsum(DAMPING ** np.arange(1, len(target) + 1))
    design = np.column_stack([month_design(months, with_year), -age])
    found = ridge(design, y - centre, weight, penalty)
    to_come = np.column_stack([month_design(target, with_year), ahead]) @ found
    scattered = smear(y - centre - design @ found, FADING**age)
    return np.asarray(np.exp(centre + to_come) * scattered - ground).clip(0.0)


def last_month(actual: Array, ahead: int) -> Array:
    """The last whole month, again and again."""
    return np.full(ahead, actual[-1] if len(actual) else np.nan)


def mean_of_three(actual: Array, ahead: int) -> Array:
    """The mean of the last three whole months."""
    return np.full(ahead, actual[-3:].mean() if len(actual) else np.nan)


def same_month(actual: Array, ahead: int, season: int) -> Array:
    """The month so many months before (3: last quarter, 12: last year); further ahead, the newest one of its kind."""
    back = [season - (k % season) for k in range(ahead)]
    return np.array([actual[-b] if b <= len(actual) else np.nan for b in back])
