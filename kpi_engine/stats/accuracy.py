"""How good forecasts were: pure functions of what was forecast and what came. A pair with a nan on either side is left
out; over no pairs at all the answer is nan."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def wape(forecast: Array, actual: Array) -> float:
    """Weighted absolute percentage error: Σ|F - A| / Σ|A|.

    Months count by their size, so that a month without wins does not make it infinite (Kolassa and Schütz, Foresight 6,
    2007, who call it MAD/mean). nan where nothing came at all.

    >>> wape(np.array([90.0, 120.0]), np.array([100.0, 100.0]))
    0.15
    """
    f, a = _pairs(forecast, actual)
    return _ratio(float(np.abs(f - a).sum()), float(np.abs(a).sum()))


def bias(forecast: Array, actual: Array) -> float:
    """Too much (above 0) or too little (below 0), all in all: Σ(F - A) / Σ|A|.

    >>> bias(np.array([90.0, 120.0]), np.array([100.0, 100.0]))
    0.05
    """
    f, a = _pairs(forecast, actual)
    return _ratio(float((f - a).sum()), float(np.abs(a).sum()))


def mase(forecast: Array, actual: Array, naive_error: float) -> float:
    """Mean absolute scaled error: mean |F - A| over what the seasonal naive misses by.

    Hyndman and Koehler, International Journal of Forecasting 22, 2006: below 1 is better than the naive forecast.
    ``naive_error``: see :func:`seasonal_naive_error`; nan or 0 gives nan.

    >>> mase(np.array([90.0, 120.0]), np.array([100.0, 100.0]), 30.0)
    0.5
    """
    f, a = _pairs(forecast, actual)
    return _ratio(float(np.abs(f - a).mean()) if len(a) else float("nan"), naive_error)


def seasonal_naive_error(actual: Array, season: int) -> float:
    """What the seasonal naive misses by in a series: mean |A[t] - A[t - season]|; nan where it is not longer than that.

    >>> seasonal_naive_error(np.array([1.0, 5.0, 2.0, 8.0]), 2)
    2.0
    """
    if season < 1:
        raise ValueError("a season lasts at least one period")
    if len(actual) <= season:
        return float("nan")
    return float(np.nanmean(np.abs(actual[season:] - actual[:-season])))


def coverage(lower: Array, upper: Array, actual: Array) -> float:
    """The share of actuals inside their interval, bounds included.

    >>> coverage(np.array([1.0, 1.0]), np.array([2.0, 2.0]), np.array([2.0, 3.0]))
    0.5
    """
    known = ~(np.isnan(lower) | np.isnan(upper) | np.isnan(actual))
    if not known.any():
        return float("nan")
    return float(((actual >= lower) & (actual <= upper))[known].mean())


def _pairs(forecast: Array, actual: Array) -> tuple[Array, Array]:
    f, a = np.asarray(forecast, dtype=np.float64), np.asarray(actual, dtype=np.float64)
    if f.shape != a.shape:
        raise ValueError(f"{f.shape} forecasts do not pair with {a.shape} actuals")
    known = ~(np.isnan(f) | np.isnan(a))
    return f[known], a[known]


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")
