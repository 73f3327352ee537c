"""A weekly series made ready to be compared with another: what season, trend and holidays explain of it, and the news.

See :mod:`kpi_engine.stats.lead_lag`, whose D and u(t) are made here.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

MIN_WEEKS = 39
"""Below this, no honest answer."""
SHORT_WEEKS = 52
"""Below this, only lags up to six weeks are looked at."""
MIN_BUSY_WEEKS = 8
"""A series that is not zero in fewer weeks than this is too rare to follow anything with."""
_LONGEST_BRIDGE = 2
_MOST_STEPS = 25


@dataclass(frozen=True)
class Calendar:
    """The weeks of a series, arrays of shape (n_weeks,): ``turn`` is how far into the year a week lies, in [0, 1);
    ``is_christmas`` marks the weeks in which nobody works because of the holidays."""

    turn: Array
    is_christmas: Bools


@dataclass(frozen=True)
class Led:
    """A leading series made ready, arrays of shape (n_weeks,): the ``values`` as given, their ``root`` with short gaps
    bridged, and the ``news`` in it (0 where not known)."""

    values: Array
    root: Array
    news: Array


@dataclass(frozen=True)
class Followed:
    """A result made ready, arrays of shape (n_weeks,): the ``values`` as given, their ``root``, and the root of what
    season and trend, multiplied, lead one to expect (0 where the values are not known)."""

    values: Array
    root: Array
    expected: Array


def as_leading(values: Array, calendar: Calendar) -> Led:
    """Weekly values, shape (n_weeks,), nan where not known, as what may lead. Of fewer weeks than MIN_WEEKS there is no
    news."""
    bridged = _bridged(values)
    root = _root(bridged)
    news = np.zeros(len(root))
    weeks = 1 + np.flatnonzero(np.isfinite(root[1:]) & np.isfinite(root[:-1]))
    if len(weeks) >= MIN_WEEKS - 1:
        columns = [shared(calendar, len(weeks)), _expected(bridged, calendar)]
        basis = basis_of(np.column_stack([np.column_stack(columns)[weeks], root[weeks - 1]]))
        news[weeks] = without(root[weeks][:, None], basis)[:, 0]
    return Led(values, root, news)


def as_result(values: Array, calendar: Calendar) -> Followed:
    """Weekly values, shape (n_weeks,), nan where not known, as what may follow."""
    return Followed(values, _root(values), _expected(values, calendar))


def _expected(values: Array, calendar: Calendar) -> Array:
    """The root of the weekly level a quasi-Poisson model with a log link expects from the calendar alone; zeros where
    there is none to be had: values below zero, or hardly any."""
    known = np.isfinite(values)
    counted = values[known]
    if len(counted) < MIN_WEEKS or counted.min() < 0 or np.count_nonzero(counted) < MIN_BUSY_WEEKS:
        return np.zeros(len(values))
    rows = basis_of(shared(calendar, len(counted))[known])
    level = counted / counted.mean()
    linear: Array = np.log(np.maximum(level, 0.1))
    for _ in range(_MOST_STEPS):
        mean = np.exp(linear)
        weighted = rows.T * mean
        # A touch of ridge: in a season in which nothing ever happens the logarithm has no bottom.
        square = weighted @ rows
        square += np.eye(len(square)) * (1e-4 * np.trace(square) / len(square))
        coefficients = np.linalg.solve(square, weighted @ (linear + (level - mean) / mean))
        step: Array = np.clip(rows @ coefficients, -12, 12)
        if np.max(np.abs(step - linear)) < 1e-6:
            break
        linear = step
    expected = np.zeros(len(values))
    expected[known] = np.exp(np.clip(rows @ coefficients, -12, 12) / 2)
    return expected


def _root(values: Array) -> Array:
    """The square root, on both sides of zero: it steadies counts, and keeps the order of all else."""
    return np.sign(values) * np.sqrt(np.abs(values))


def _bridged(values: Array) -> Array:
    """Gaps of one or two weeks filled by a straight line; longer ones, and the ends, stay unknown."""
    known = np.flatnonzero(np.isfinite(values))
    if len(known) == len(values) or known.size == 0:
        return values
    filled = np.interp(np.arange(len(values)), known, values[known], left=np.nan, right=np.nan)
    for before, after in pairwise(known):
        if after - before > _LONGEST_BRIDGE + 1:
            filled[before + 1 : after] = np.nan
    return filled


def shared(calendar: Calendar, weeks: int) -> Array:
    """What season, trend and holidays can explain: shape (n_weeks, n_columns)."""
    n = len(calendar.turn)
    columns = [np.ones(n), np.arange(n) / n]
    for k in range(1, 2 if weeks < 78 else 3):
        columns += [np.sin(2 * np.pi * k * calendar.turn), np.cos(2 * np.pi * k * calendar.turn)]
    if weeks >= SHORT_WEEKS:
        columns.append(calendar.is_christmas.astype(float))
    return np.column_stack(columns)


def basis_of(columns: Array) -> Array:
    """An orthonormal basis of what the columns span, also where some of them say the same."""
    scaled = columns / np.maximum(np.linalg.norm(columns, axis=0), 1e-12)
    left, sizes, _ = np.linalg.svd(scaled, full_matrices=False)
    return np.asarray(left[:, sizes > 1e-8 * sizes[0]])


def without(columns: Array, basis: Array) -> Array:
    """What is left of columns once what a basis spans is taken out of them; the shape of ``columns``."""
    return np.asarray(columns - basis @ (basis.T @ columns))
