"""The forecast of every month as it would have been made on many days, each from what was known then and nothing else.

What was right before decides what is believed now: the deals' own forecast is corrected by how it did, and mixed with
forecasts from the months alone by the weight each has earned (stats.mix).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kpi_engine.forecasting import components
from kpi_engine.forecasting.calendar import Calendar
from kpi_engine.forecasting.hazard import Expected
from kpi_engine.forecasting.ledger import Wins
from kpi_engine.stats.bands import (
    LEVEL_ERROR,
    dispersion,
    further,
    gamma_band,
    usual_dispersion,
    usual_variance,
    widened,
)
from kpi_engine.stats.mix import earned_weights

Ints = npt.NDArray[np.int64]
Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

SCORED = 3
"""Months ahead that are scored, the first being the one that begins at the cutoff."""

AHEAD = 12
"""Months ahead that can be asked for. Beyond SCORED they stand on what the last scored one has learned."""

MIXED = (
    "deals_as_they_stand",
    "deals_corrected",
    "deals_and_season",
    "season",
    "mean_of_these",
    "mean_of_3",
    "same_month_last_quarter",
    "same_month_last_year",
)
"""What is mixed: the open deals' own forecast, corrected by its level, and by its kind of month; the log-linear season
of the months; the mean of the last three; and the naive ones."""

NAIVE = ("last_month", "mean_of_3", "same_month_last_quarter", "same_month_last_year")
"""What ours is measured against."""

MIN_MONTHLY_WINS = 5.0
"""Below this many wins a month, on average over a year, chance alone moves a month by half: nothing is forecast."""

MIN_MONTHS = 2
"""Whole months that must have been seen."""

RECORD_WINS = 10
"""A past forecast counts as a lesson once so many wins were known when it was made."""

_FADING = 0.9
_YEAR = 12
_PSEUDO_WINS = 5.0


@dataclass(frozen=True)
class Days:
    """The days forecasts are made on. ``cutoffs`` in order, ``month`` of each in the calendar, ``is_start``: it is the
    first of its month. ``first_whole``: the first month that was seen whole. ``opens``: the first day on which the
    deals have been watched long enough."""

    cutoffs: Ints
    month: Ints
    is_start: Flags
    first_whole: int
    opens: int


@dataclass(frozen=True)
class Made:
    """Forecasts of one measure as they were made: shape (n_cutoffs, AHEAD) each, by cutoff and month ahead.

    ``won``: already won in the month; ``mixed``: still to come (nan where nothing is forecast); ``opened, created``:
    its parts (nan where the deals cannot tell); ``lower, upper``: of the whole month; ``spread``: the variance behind
    them, and ``level``: the standard deviation by which all months may be off alike. ``naive``: whole months by NAIVE,
    shape (n_cutoffs, SCORED, 4). ``parts, weights``: what was mixed, still to come, and how much each counted, by
    MIXED, shape (n_cutoffs, SCORED, 8) both. ``n``: wins of the last twelve whole months; ``is_ready``: enough to
    forecast.
    """

    won: Array
    mixed: Array
    opened: Array
    created: Array
    lower: Array
    upper: Array
    spread: Array
    level: Array
    naive: Array
    parts: Array
    weights: Array
    n: Ints
    is_ready: Flags

    @property
    def value(self) -> Array:
        """The whole month: already won and still to come."""
        return np.asarray(self.won + self.mixed)


def make(
    known: Array, wins: Array, raw: Expected, severity: Array, remaining: Array, months: Calendar, days: Days
) -> Made:
    """Make every forecast, cutoff after cutoff.

    Parameters
    ----------
    known : array of shape (n_cutoffs, n_months), the measure by month as known at each cutoff.
    wins : the same, counted.
    raw : the deals' own forecast; nan where there are no dated deals to make it from.
    severity : array of shape (n_cutoffs,), variance of the measure per unit of it, by chance alone.
    remaining : array of shape (n_cutoffs,), the share of the cutoff's month that is usually still to come.
    """
    n_cutoffs = len(days.cutoffs)
    of_year = months.of_year()
    filled = np.full((n_cutoffs, AHEAD), np.nan)
    won, mixed, opened, created, scatter, spread, level, lower, upper = (filled.copy() for _ in range(9))
    naive = np.full((n_cutoffs, SCORED, len(NAIVE)), np.nan)
    weights = np.full((n_cutoffs, SCORED, len(MIXED)), np.nan)
    parts = np.full((n_cutoffs, AHEAD, len(MIXED)), np.nan)
    n, ready = is_ready(wins, days)
    ready &= known.sum(axis=1) > 0
    total = raw.total
    for i in range(n_cutoffs):
        at = int(days.month[i])
        seen = slice(days.first_whole, at)
        actual = known[i, seen]
        ahead = int(np.isfinite(raw.variance[i]).sum()) if np.isfinite(raw.variance[i]).any() else SCORED
        won[i, :ahead] = known[i, at : at + ahead]
        if not len(actual):
            continue
        share = np.ones(ahead)
        share[0] = remaining[i]
        target = of_year[at : at + ahead]
        past = _Past.of(i, days, known, total, raw.variance, wins)
        noise = float(severity[i] / max(actual.mean(), 1e-9))
        by_series = components.log_linear(actual, noise, of_year[seen], target)
        parts[i, :ahead, 0] = total[i, :ahead]
        for k in range(ahead):
            parts[i, k, 1], parts[i, k, 2] = past.corrected(k, float(total[i, k]), int(target[k]), of_year)
        parts[i, :ahead, 3] = by_series * share
        parts[i, :ahead, 4] = np.nanmean(parts[i, :ahead, 1:4], axis=1)
        three = components.mean_of_three(actual, ahead)
        quarter, year = (components.same_month(actual, ahead, season) for season in (3, 12))
        for m, series in ((5, three), (6, quarter), (7, year)):
            parts[i, :ahead, m] = np.maximum(series, 0.0) * share
        naive[i] = np.column_stack([components.last_month(actual, ahead), three, quarter, year])[:SCORED]
        for k in range(ahead):
            lesson = min(k, SCORED - 1)
            w = past.weights(lesson, parts, float(actual.mean()), ~np.isnan(parts[i, k]))
            mixed[i, k] = (w * np.nan_to_num(parts[i, k])).sum()
            if k < SCORED:
                weights[i, k] = w
            scatter[i, k] = _scatter(mixed[i, k], total[i, k], raw.variance[i, k], severity[i])
            if ready[i]:
                z, counts = past.scores(lesson, won + mixed, usual_variance(mixed, scatter, lesson + 1))
                wider = widened(dispersion(z, counts), len(z))
                spread[i, k] = wider * usual_dispersion(k + 1) * scatter[i, k] * further(k + 1)
                level[i, k] = np.sqrt(wider) * LEVEL_ERROR * mixed[i, k]
                band = gamma_band(float(mixed[i, k]), float(spread[i, k] + level[i, k] ** 2))
                lower[i, k], upper[i, k] = (float(won[i, k]) + edge for edge in band)
            opened[i, k], created[i, k] = _split(mixed[i, k], raw.opened[i, k], raw.created[i, k])
    hidden = ~ready
    for array in (opened, created):
        array[hidden] = np.nan
    told = mixed.copy()
    told[hidden] = np.nan
    scored = parts[:, :SCORED]
    return Made(won, told, opened, created, lower, upper, spread, level, naive, scored, weights, n, ready)


def make_none(known: Array, wins: Array, days: Days) -> Made:
    """What is won already, and no forecast: for a part of the business that has too few wins for one."""
    n_cutoffs = len(days.cutoffs)
    nothing = np.full((n_cutoffs, AHEAD), np.nan)
    ahead = days.month[:, None] + np.arange(AHEAD)
    n, ready = is_ready(wins, days)
    return Made(
        won=np.take_along_axis(known, ahead, axis=1),
        **dict.fromkeys(("mixed", "opened", "created", "lower", "upper", "spread", "level"), nothing),
        naive=np.full((n_cutoffs, SCORED, len(NAIVE)), np.nan),
        **dict.fromkeys(("parts", "weights"), np.full((n_cutoffs, SCORED, len(MIXED)), np.nan)),
        n=n,
        is_ready=np.zeros_like(ready),
    )


def is_ready(wins: Array, days: Days) -> tuple[Ints, Flags]:
    """Wins of the last twelve whole months before each cutoff, and whether they are enough to forecast.

    ``wins``: by month as known at each cutoff, shape (n_cutoffs, n_months).
    """
    month = np.arange(wins.shape[1])
    recent = (month >= np.maximum(days.month - _YEAR, days.first_whole)[:, None]) & (month < days.month[:, None])
    n = np.rint((wins * recent).sum(axis=1)).astype(np.int64)
    months = recent.sum(axis=1)
    enough = (months >= MIN_MONTHS) & (n >= MIN_MONTHLY_WINS * months) & (days.cutoffs > days.opens)
    return n, enough


@dataclass(frozen=True)
class _Past:
    """What could be learned by a cutoff: the forecasts made on firsts of months, whose months were over by then."""

    made: Ints
    month: Ints
    month_now: int
    actual: Array
    total: Array
    variance: Array

    @classmethod
    def of(cls, i: int, days: Days, known: Array, total: Array, variance: Array, wins: Array) -> _Past:
        is_lesson = days.is_start[:i] & (days.month[:i] > days.first_whole)
        is_lesson &= wins[np.arange(i), :].sum(axis=1) >= RECORD_WINS
        made = np.flatnonzero(is_lesson)
        return cls(made, days.month[made], int(days.month[i]), known[i], total, variance)

    def over(self, k: int) -> tuple[Ints, Ints]:
        """The lessons k months ahead: cutoffs, and the months they were about."""
        is_over = self.month + k < self.month_now
        return self.made[is_over], self.month[is_over] + k

    def corrected(self, k: int, raw: float, target: int, of_year: Ints) -> tuple[float, float]:
        made, month = self.over(min(k, SCORED - 1))
        k = min(k, SCORED - 1)
        level, seasonal = components.corrected(
            np.array([raw]),
            self.total[made, k],
            self.variance[made, k],
            self.actual[month],
            (self.month_now - 1 - month).astype(np.float64),
            of_year[month],
            np.array([target]),
        )
        return float(level[0]), float(seasonal[0])

    def weights(self, k: int, parts: Array, size: float, is_there: Flags) -> Array:
        made, month = self.over(k)
        error = np.abs(parts[made, k] - self.actual[month][:, None]) / max(size, 1e-9)
        return earned_weights(error, self._fading(month), is_there)

    def scores(self, k: int, value: Array, variance: Array) -> tuple[Array, Array]:
        """Past misses over their standard deviation, and how much each counts."""
        made, month = self.over(k)
        z = (self.actual[month] - value[made, k]) / np.sqrt(np.maximum(variance[made, k], 1e-9))
        return np.asarray(z), self._fading(month)

    def _fading(self, month: Ints) -> Array:
        return np.asarray(_FADING ** (self.month_now - 1 - month).astype(np.float64))


def _scatter(mixed: float, total: float, variance: float, severity: float) -> float:
    """Variance by chance alone: the deals' own, in proportion; without deals, that of so many independent wins."""
    if np.isfinite(total) and total > 0 and variance > 0:
        return float(variance * mixed / total)
    return float(mixed * severity)


def _split(mixed: float, opened: float, created: float) -> tuple[float, float]:
    """What is still to come, parted as the deals say; all of it is new where they expect nothing."""
    total = opened + created
    if np.isnan(total):
        return float("nan"), float("nan")
    part = mixed * opened / total if total > 0 else 0.0
    return part, mixed - part


def remaining_shares(wins: Wins, keep: Flags, months: Calendar, days: Days) -> Array:
    """Which share of a month is usually won after the cutoff's day, counted from the month's end: shape (n_cutoffs,).

    From the wins of the twelve whole months before, drawn to the share of days by a few; 1 on the first of a month.
    """
    shares = np.ones(len(days.cutoffs))
    for i in np.flatnonzero(~days.is_start):
        cutoff, at = int(days.cutoffs[i]), int(days.month[i])
        end, start = int(months.starts[at + 1]), int(months.starts[at])
        left = end - cutoff
        month = months.index(wins.day)
        stands = keep[wins.row] & (wins.seen < cutoff) & (wins.left >= cutoff)
        stands &= (month < at) & (month >= max(at - _YEAR, days.first_whole))
        late = months.starts[month[stands] + 1] - wins.day[stands] <= left
        shares[i] = (late.sum() + _PSEUDO_WINS * left / (end - start)) / (len(late) + _PSEUDO_WINS)
    return shares
