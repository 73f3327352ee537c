"""Is one weekly series followed by another, beyond the season and the trend they share?

The test of one pair (:func:`lead_lag`), of a board of them (:func:`lead_lags`), and what may be said of each when many
were looked at (:func:`q_values`, :func:`verdict`).

X = √x, Y = √y. D is what season and trend explain: [1, t, yearly harmonics, Christmas weeks], and the root of what a
quasi-Poisson model of the result with just these columns expects, since seasons multiply and roots do not. Of the
leading series only its news count, u(t): what D and X(t-1) do not foretell (Box and Jenkins' prewhitening). Z = [D,
Y(t-1), Y(t-2), X(t)]; Y and every u(t-L) are regressed on Z, and T is the largest |t| over the lags. For chance alone,
the residual of Y is given random signs, is regressed on Z again, and T taken again: p over all lags at once. Signs and
not orders, because weeks of a high season vary more, and their place must stay theirs (Wu 1986; Freedman and Lane
1983). Many pairs: Benjamini and Hochberg (1995).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from kpi_engine.stats.weekly_series import (
    MIN_BUSY_WEEKS,
    MIN_WEEKS,
    SHORT_WEEKS,
    Calendar,
    Followed,
    Led,
    as_leading,
    as_result,
    basis_of,
    shared,
    without,
)

Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SURE_WEEKS = 104
"""Below this, weak links would be missed."""
LEVEL = 0.05
"""A link is reported where p is at most this, and q at most ``FALSE_SHARE`` (``ODD_SHARE``)."""
FALSE_SHARE = 0.10
"""Of the links reported on a board, about this share may be chance."""
ODD_SHARE = 0.05
"""A link that goes the other way round has to be as sure as this: nobody expects it. Both together keep a board on
which nothing leads to anything silent more than nine times in ten."""
INSIDE = 0.80
"""What the intervals of effects cover."""
DRAWS = 999
MORE_DRAWS = 9999
"""Where next to none of the first draws comes near, p is told from as many: on a board of a hundred pairs 1 in 1,000
is not small."""
_MIN_DEGREES = 10
_ROWS = 64


class Why(StrEnum):
    """Why nothing could be tested."""

    TESTED = "tested"
    TOO_FEW_WEEKS = "too_few_weeks"
    NEVER_CHANGES = "never_changes"
    TOO_RARE = "too_rare"
    SAME_SERIES = "same_series"


class Verdict(StrEnum):
    """What may be said of a pair on its board."""

    LEADS = "leads"
    NO_EVIDENCE = "no_evidence"
    NOT_ENOUGH_WEEKS = "not_enough_weeks"
    OTHER_WAY = "moves_the_other_way"


@dataclass(frozen=True)
class LeadLag:
    """What was found of one pair.

    ``weeks``: those in which both are known. ``lags`` and ``strength`` have shape (n_lags,): weeks, and the partial
    correlation of the result with the leading series that many weeks before. ``chance`` is what the strongest lag of
    unrelated series stays below 19 times in 20. ``lag`` is the strongest lag, ``p_value`` of it over all lags at
    once. ``effect`` (with its 80 % interval ``lower`` to ``upper``) is how much more of the result followed one
    more of the leading series, in their own units. Where ``why`` is not tested, arrays are empty, the rest None.
    """

    why: Why
    weeks: int
    lags: Ints
    strength: Array
    chance: float | None = None
    lag: int | None = None
    p_value: float | None = None
    effect: float | None = None
    lower: float | None = None
    upper: float | None = None

    @property
    def strongest(self) -> float:
        """The strength at ``lag``; 0 where nothing was tested."""
        return 0.0 if self.lag is None else float(self.strength[self.lags == self.lag][0])


@dataclass(frozen=True)
class Groups:
    """The weeks of a pair in equal groups, from little of the leading series to much, arrays of shape (n_groups,):
    its mean ``level`` in them, and the mean ``result`` at the lag with its 80 % interval. What both share (season,
    trend, holidays, the weeks just before) is taken out of both, and their overall mean put in its place."""

    level: Array
    result: Array
    lower: Array
    upper: Array
    weeks: Ints


def lead_lag(leading: Array, result: Array, calendar: Calendar, n_draws: int = DRAWS, seed: int = 1) -> LeadLag:
    """Test all lags of one pair at once, with what both series share taken out first.

    Parameters
    ----------
    leading, result : arrays of shape (n_weeks,)
        One value per week, oldest first, no week left out; nan where it is not known.
    calendar : Calendar
        Of the same weeks.
    n_draws : int
        At least 999 for a p worth showing. Where hardly any comes near, more are drawn.

    Returns
    -------
    LeadLag
        The same input gives the same answer, whatever else is on the board.

    A gap of one or two weeks in the leading series is bridged by a straight line, and where its news are not known
    there are none: the test holds the leading series fixed, so that costs power and not honesty. A week whose result,
    two weeks before included, is not known is left out. Lags: 1 to 12 weeks, 1 to 6 where fewer than 52 weeks are
    known.

    The effect is the refitted coefficient b of √x in √y, brought back at the mean level: one more of x moves √x by
    1 / (2 √x̄), that moves √y by b times as much, and y by 2 √ȳ times that: b · √(ȳ / x̄). The interval is that of b
    (t distribution); it does not know that the lag was chosen, so it is narrow where the evidence is thin.
    """
    return _tested(as_leading(leading, calendar), as_result(result, calendar), calendar, _Signs(n_draws, seed))


def lead_lags(
    leading: Array, results: Array, calendar: Calendar, n_draws: int = DRAWS, seed: int = 1
) -> list[list[LeadLag]]:
    """Every leading series against every result.

    ``leading`` has shape (n_weeks, k) and ``results`` (n_weeks, m), as in :func:`lead_lag`; returns k lists of m. All
    pairs share the signs they are compared with, and each series is made ready once.
    """
    drawn = _Signs(n_draws, seed)
    followed = [as_result(y, calendar) for y in results.T]
    led = [as_leading(x, calendar) for x in leading.T]
    return [[_tested(one, other, calendar, drawn) for other in followed] for one in led]


def q_values(p_values: Array) -> Array:
    """Benjamini and Hochberg: of the pairs with a q up to a level, about that share are chance findings.

    ``p_values`` of shape (n,), nan where there was no test; returns the same shape.

    >>> q_values(np.array([0.001, 0.9, 0.04, np.nan]))
    array([0.003, 0.9  , 0.06 ,   nan])
    """
    found = np.full(len(p_values), np.nan)
    known = np.flatnonzero(~np.isnan(p_values))
    if known.size:
        order = known[np.argsort(p_values[known], kind="stable")]
        steps = p_values[order] * known.size / np.arange(1, known.size + 1)
        found[order] = np.minimum.accumulate(steps[::-1])[::-1]
    return found


def verdict(found: LeadLag, q_value: float, sign: int = 1) -> Verdict:
    """What may be said of a pair. ``sign``: +1 where more of the leading series should be followed by more of the
    result, -1 where by less. A series that never changes, or is its own result, can show nothing: no evidence."""
    if found.why in (Why.TOO_FEW_WEEKS, Why.TOO_RARE):
        return Verdict.NOT_ENOUGH_WEEKS
    if found.p_value is None or found.p_value > LEVEL:
        return Verdict.NO_EVIDENCE
    is_expected = found.strongest * sign > 0
    if not q_value <= (FALSE_SHARE if is_expected else ODD_SHARE):
        return Verdict.NO_EVIDENCE
    return Verdict.LEADS if is_expected else Verdict.OTHER_WAY


def groups_at(leading: Array, result: Array, calendar: Calendar, lag: int, n_groups: int = 3) -> Groups:
    """The result after weeks with little, some and much of the leading series, ``lag`` weeks later.

    The same residuals the test looks at, cut into equal groups by the leading one. They lie on the scale of roots and
    are brought back at the mean level, as in :func:`lead_lag`; below nothing there is nothing. Raises ValueError for a
    pair that cannot be tested.
    """
    pair = _prepared(as_leading(leading, calendar), as_result(result, calendar), calendar)
    if isinstance(pair, Why):
        raise ValueError(f"nothing was tested: {pair}")
    x, y = pair.past[:, lag - 1], pair.left
    parts = np.array_split(np.argsort(x, kind="stable"), n_groups)
    of_x, of_y = 2 * np.sqrt(abs(pair.mean_leading)), 2 * np.sqrt(abs(pair.mean_result))
    mean = np.array([y[part].mean() for part in parts])
    margin = np.array([y[part].std(ddof=1) / np.sqrt(len(part)) * _t_quantile(len(part) - 1) for part in parts])
    level = pair.mean_leading + of_x * np.array([x[part].mean() for part in parts])
    middle, lower, upper = (np.maximum(pair.mean_result + of_y * v, 0) for v in (mean, mean - margin, mean + margin))
    return Groups(np.maximum(level, 0), middle, lower, upper, np.array([len(part) for part in parts]))


# --- one pair --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Pair:
    """What is left of a pair once Z is taken out. ``basis`` (n_rows, n_shared) spans Z; ``past`` (n_rows, n_lags) are
    the residuals of the news by lag, ``left`` (n_rows,) those of the result; the means are of the values themselves,
    over the weeks both are known."""

    weeks: int
    basis: Array
    past: Array
    left: Array
    degrees: int
    mean_leading: float
    mean_result: float


def _prepared(led: Led, followed: Followed, calendar: Calendar) -> _Pair | Why:
    x, y = led.values, followed.values
    both = np.isfinite(x) & np.isfinite(y)
    weeks = int(both.sum())
    if weeks < MIN_WEEKS:
        return Why.TOO_FEW_WEEKS
    if min(np.count_nonzero(x[both]), np.count_nonzero(y[both])) < MIN_BUSY_WEEKS:
        return Why.TOO_RARE
    if np.ptp(x[both]) == 0 or np.ptp(y[both]) == 0:
        return Why.NEVER_CHANGES
    n_lags = 6 if weeks < SHORT_WEEKS else 12
    t = np.arange(int(np.flatnonzero(np.isfinite(x))[0]) + n_lags, len(y))
    own = np.column_stack([followed.root[t], followed.root[t - 1], followed.root[t - 2]])
    is_known = np.isfinite(own).all(axis=1) & np.isfinite(led.root[t])
    t, own = t[is_known], own[is_known]
    if len(t) < _MIN_DEGREES:
        return Why.TOO_FEW_WEEKS
    columns = [shared(calendar, weeks)[t], followed.expected[t], own[:, 1:], led.root[t]]
    basis = basis_of(np.column_stack(columns))
    degrees = len(t) - basis.shape[1] - 1
    if degrees < _MIN_DEGREES:
        return Why.TOO_FEW_WEEKS
    news = np.column_stack([led.news[t - lag] for lag in range(1, n_lags + 1)])
    past, left = without(news, basis), without(own[:, :1], basis)[:, 0]
    if np.linalg.norm(left) <= 1e-9 * np.linalg.norm(own[:, 0]):
        return Why.SAME_SERIES
    if not np.all(np.linalg.norm(past, axis=0) > 1e-9 * np.linalg.norm(led.root[t])):
        return Why.NEVER_CHANGES
    return _Pair(weeks, basis, past, left, degrees, float(np.mean(x[both])), float(np.mean(y[both])))


def _tested(led: Led, followed: Followed, calendar: Calendar, drawn: _Signs) -> LeadLag:
    pair = _prepared(led, followed, calendar)
    if isinstance(pair, Why):
        weeks = int((np.isfinite(led.values) & np.isfinite(followed.values)).sum())
        return LeadLag(pair, weeks, np.empty(0, dtype=np.int64), np.empty(0))
    sizes = np.linalg.norm(pair.past, axis=0)
    strength = pair.past.T @ pair.left / (sizes * np.linalg.norm(pair.left))
    best = int(np.argmax(np.abs(strength)))
    # All lags have the same degrees of freedom, so the order of |t| is the order of |r|.
    by_chance = _strongest_by_chance(pair, sizes, drawn.of(len(pair.left)))
    nearer = int(np.sum(by_chance >= abs(strength[best]) - 1e-12))
    if nearer * 200 < len(by_chance) and DRAWS <= len(by_chance) < MORE_DRAWS:
        by_chance = np.concatenate([by_chance, _strongest_by_chance(pair, sizes, drawn.more_of(len(pair.left)))])
        nearer = int(np.sum(by_chance >= abs(strength[best]) - 1e-12))
    effect, margin = _effect(pair, best)
    return LeadLag(
        Why.TESTED,
        pair.weeks,
        np.arange(1, len(strength) + 1),
        strength,
        chance=float(np.quantile(by_chance, 1 - LEVEL)),
        lag=best + 1,
        p_value=(1 + nearer) / (len(by_chance) + 1),
        effect=effect,
        lower=effect - margin,
        upper=effect + margin,
    )


def _strongest_by_chance(pair: _Pair, sizes: Array, signs: Array) -> Array:
    """The largest |r| over the lags for each draw of signs (n_draws, n_rows), shape (n_draws,)."""
    # The past is free of Z already, so taking Z out of what was given signs changes only how long that is.
    columns = np.column_stack([pair.past / sizes, pair.basis]) * pair.left[:, None]
    seen = _in_small_products(signs, columns)
    by_lag, shared = seen[: len(sizes)], seen[len(sizes) :]
    length = np.sqrt(np.maximum(pair.left @ pair.left - np.sum(shared**2, axis=0), 1e-300))
    return np.asarray(np.abs(by_lag).max(axis=0) / length)


def _in_small_products(rows: Array, columns: Array) -> Array:
    """``(rows @ columns).T``, a few rows at a time: a product this small is not spread over threads, which on a busy
    machine wait for one another (a board took six times as long)."""
    seen = np.empty((columns.shape[1], len(rows)))
    for start in range(0, len(rows), _ROWS):
        seen[:, start : start + _ROWS] = (rows[start : start + _ROWS] @ columns).T
    return seen


def _effect(pair: _Pair, best: int) -> tuple[float, float]:
    """How much of the result follows one more of the leading series, and the half width of its interval."""
    x = pair.past[:, best]
    slope = float(x @ pair.left / (x @ x))
    rest = pair.left - slope * x
    error = np.sqrt(rest @ rest / pair.degrees / (x @ x))
    back = np.sqrt(abs(pair.mean_result) / max(abs(pair.mean_leading), 1e-12))
    return slope * back, float(_t_quantile(pair.degrees) * error * back)


def _t_quantile(degrees: int) -> float:
    """How many standard errors the interval reaches to each side."""
    from scipy.special import stdtrit

    return float(stdtrit(degrees, 0.5 + INSIDE / 2))


class _Signs:
    """Random signs, drawn once for every number of rows and seed."""

    def __init__(self, n: int, seed: int) -> None:
        self._n = n
        self._seed = seed
        self._known: dict[tuple[int, bool], Array] = {}

    def of(self, rows: int) -> Array:
        """Shape (n, rows), each 1 or -1."""
        return self._drawn(rows, self._n, is_more=False)

    def more_of(self, rows: int) -> Array:
        """Those that make them ``MORE_DRAWS``."""
        return self._drawn(rows, MORE_DRAWS - self._n, is_more=True)

    def _drawn(self, rows: int, n: int, *, is_more: bool) -> Array:
        if (rows, is_more) not in self._known:
            rng = np.random.default_rng([self._seed, rows, int(is_more)])
            self._known[rows, is_more] = np.where(rng.integers(0, 2, (n, rows)) == 1, 1.0, -1.0)
        return self._known[rows, is_more]
