"""Is one weekly series followed by another, beyond the season and the trend they share?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kpi_engine.names import Status

Array = npt.NDArray[np.float64]

MIN_WEEKS = 39
"""Below this, no honest answer."""
SHORT_WEEKS = 52
"""Below this, only lags up to six weeks are looked at."""
SURE_WEEKS = 104
"""Below this, weak links would be missed."""
LEVEL = 0.05


@dataclass(frozen=True)
class LeadLag:
    """What was found.

    ``lags`` and ``strength`` have shape (n_lags,): weeks, and the partial correlation of the result with the activity
    that
    many weeks before. ``chance`` is what the strongest lag of unrelated series stays below 19 times in 20.
    ``p_value`` is of
    the strongest lag, over all lags at once; ``lag`` is that lag. Under too_few, arrays are empty and the rest is None.
    """

    status: Status
    n: int
    lags: npt.NDArray[np.int64]
    strength: Array
    chance: float | None = None
    lag: int | None = None
    p_value: float | None = None

    @property
    def strongest(self) -> float:
        """The strength at ``lag``; 0 under too_few."""
        return 0.0 if self.lag is None else float(self.strength[self.lags == self.lag][0])

    @property
    def is_lead(self) -> bool:
        """Whether more of the activity is followed by more of the result."""
        return self.p_value is not None and self.p_value <= LEVEL and self.strongest > 0


def lead_lag(
    activity: Array,
    result: Array,
    turn: Array,
    is_christmas: npt.NDArray[np.bool_],
    n_permutations: int = 999,
    seed: int = 1,
) -> LeadLag:
    """Test all lags at once, with what both series share taken out first.

    Parameters
    ----------
    activity, result : arrays of shape (n_weeks,)
        Counts per whole week, oldest first, no week missing.
    turn : array of shape (n_weeks,)
        How far into the year the week lies, in [0, 1).
    is_christmas : bool array of shape (n_weeks,)
        Weeks in which nobody works because of the holidays.

    Returns
    -------
    LeadLag
        Status too_few under 39 weeks, or where one of the series never changes. The same input gives the same answer.

    Square roots steady the counts. Trend, season, holidays, the result's own two last weeks and the activity of the
    same
    week are regressed out of both sides; the largest |t| over the lags is compared with permutations of what is left.
    """
    n = len(result)
    x, y = np.sqrt(activity.astype(float)), np.sqrt(result.astype(float))
    if n < MIN_WEEKS or np.ptp(x) == 0 or np.ptp(y) == 0:
        return LeadLag(Status.TOO_FEW, n, np.empty(0, dtype=np.int64), np.empty(0))
    lags = np.arange(1, 7 if n < SHORT_WEEKS else 13)
    start = int(lags[-1])
    weeks = np.arange(start, n)
    shared = np.column_stack([_calendar(n, turn, is_christmas)[weeks], y[weeks - 1], y[weeks - 2], x[weeks]])
    basis = _basis(shared)
    past = _without(np.column_stack([x[weeks - lag] for lag in lags]), basis)
    left = _without(y[weeks][:, None], basis)
    degrees = len(weeks) - basis.shape[1] - 1
    if degrees < 10 or not np.all(np.linalg.norm(past, axis=0) > 1e-9) or np.linalg.norm(left) <= 1e-9:
        return LeadLag(Status.TOO_FEW, n, np.empty(0, dtype=np.int64), np.empty(0))

    strength = _correlation(past, left)[:, 0]
    rng = np.random.default_rng(seed)
    shuffled = np.column_stack([rng.permutation(left[:, 0]) for _ in range(n_permutations)])
    by_chance = np.abs(_correlation(past, _without(shuffled, basis))).max(axis=0)
    best = int(np.argmax(np.abs(strength)))
    # All lags have the same degrees of freedom, so the order of |t| is the order of |r|.
    p_value = (1 + int(np.sum(by_chance >= abs(strength[best])))) / (n_permutations + 1)
    return LeadLag(Status.OK, n, lags, strength, float(np.quantile(by_chance, 1 - LEVEL)), int(lags[best]), p_value)


def false_discoveries_kept_low(p_values: Array, level: float = 0.10) -> npt.NDArray[np.bool_]:
    """Benjamini and Hochberg: which of many findings to report, so that about ``level`` of those reported are chance.

    ``p_values`` of shape (n,), nan where there was no test; returns bools of the same shape.

    >>> false_discoveries_kept_low(np.array([0.001, 0.9, 0.04, np.nan]))
    array([ True, False,  True, False])
    """
    known = np.flatnonzero(~np.isnan(p_values))
    kept = np.zeros(len(p_values), dtype=bool)
    if known.size == 0:
        return kept
    order = known[np.argsort(p_values[known], kind="stable")]
    below = p_values[order] <= level * np.arange(1, known.size + 1) / known.size
    if below.any():
        kept[order[: int(np.flatnonzero(below)[-1]) + 1]] = True
    return kept


def _calendar(n: int, turn: Array, is_christmas: npt.NDArray[np.bool_]) -> Array:
    columns = [np.ones(n), np.arange(n) / n]
    for k in range(1, 2 if n < 78 else 3):
        columns += [np.sin(2 * np.pi * k * turn), np.cos(2 * np.pi * k * turn)]
    if n >= SHORT_WEEKS:
        columns.append(is_christmas.astype(float))
    return np.column_stack(columns)


def _basis(columns: Array) -> Array:
    """An orthonormal basis of what the columns span, also where some of them say the same."""
    scaled = columns / np.maximum(np.linalg.norm(columns, axis=0), 1e-12)
    left, sizes, _ = np.linalg.svd(scaled, full_matrices=False)
    return np.asarray(left[:, sizes > 1e-8 * sizes[0]])


def _without(columns: Array, basis: Array) -> Array:
    return np.asarray(columns - basis @ (basis.T @ columns))


def _correlation(past: Array, left: Array) -> Array:
    """Of every column with every column: shape (n_lags, n_columns)."""
    return np.asarray(
        (past / np.linalg.norm(past, axis=0)).T @ (left / np.maximum(np.linalg.norm(left, axis=0), 1e-12))
    )
