"""How likely a target is, from a person's own recent weeks.

counts     what lies ahead of a weekly level (:mod:`kpi_engine.stats.level`): a negative binomial over its memories.
amounts    that many deals, each worth a gamma amount of the person's own: a compound sum.
shares     that many cases, each a success with a beta chance: beta-binomial.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kpi_engine.stats.level import MIN_WEEKS, SHARE_OF_INTERVAL, Level, ahead_of, ends_of, known_ahead

Array = npt.NDArray[np.float64]

SHARE_MEMORY = 0.06
"""What the last week weighs of a share: of the one that is called usual and of the one a chance is worked from. On 300
made-up reps (benchmarks.feasibility) the largest gap of told and reached was 4 % with it and with .02, 7 % with .13;
the Brier scores were .1439, .1444 and .1452."""

MIN_AMOUNTS = 5
"""Under so many won amounts nothing is said of what a deal is worth."""

OUT_OF_REACH, ALREADY_THERE = 0.2, 0.8
"""The chances below and above which a target is none to work for."""

_USUAL_AMOUNTS = 5.0
_TAIL = 1e-7


@dataclass(frozen=True)
class Chance:
    """The chance that a target is reached, in [0, 1], with the ends of its 80 % interval: the chance there would be if
    the level were as low, or as high, as these weeks leave open. Arrays of one shape, or numbers."""

    probability: Array
    lower: Array
    upper: Array


def count_chance(level: Level, ahead: Array, target: Array | float, so_far: float = 0.0) -> Chance:
    """The chance that a count comes to at least the target.

    Parameters
    ----------
    ahead : array of shape (n_weeks,)
        The exposures of what is left of the period; empty where it is over.
    target : array or number
        What the whole period is to come to; ``so_far`` of it is there.

    >>> from kpi_engine.stats.level import level_of
    >>> over = count_chance(level_of(np.full(20, 3.0)), np.zeros(0), np.array([4.0, 5.0]), so_far=4)
    >>> over.probability
    array([1., 0.])
    """
    missing = np.ceil(np.asarray(target, dtype=float) - so_far - 1e-9)
    return _over_levels(level, ahead, lambda mean, variance: _count_tail(missing, mean, variance))


@dataclass(frozen=True)
class Worth:
    """What a deal is worth: the mean, and the square of its coefficient of variation; ``n`` deals say so."""

    mean: float
    spread: float
    n: int


def worth_of(sums: Array, counts: Array) -> Worth | None:
    """What one deal is worth, from what those of each week came to; None where there is none worth anything.

    Parameters
    ----------
    sums, counts : arrays of shape (n_weeks,). Given its count, a week's sum varies by count times the variance of one.

    >>> worth_of(np.array([100.0, 0.0, 300.0]), np.array([1.0, 0.0, 3.0]))
    Worth(mean=100.0, spread=0.0, n=4)
    """
    some = counts > 0
    total, n = float(sums[some].sum()), int(counts[some].sum())
    if n == 0 or total <= 0:
        return None
    mean = total / n
    weeks = int(some.sum())
    left = (sums[some] - counts[some] * mean) ** 2 / counts[some]
    spread = float(left.sum()) / (weeks - 1) / mean**2 if weeks > 1 else 1.0
    return Worth(mean, spread, n)


def amount_chance(level: Level, ahead: Array, worth: Worth, target: Array | float, so_far: float = 0.0) -> Chance:
    """The chance that the amounts of deals come to at least the target: a count of deals, each of a gamma amount.

    ``level, ahead``: of the count of deals, as for :func:`count_chance`.
    """
    missing = np.atleast_1d(np.asarray(target, dtype=float) - so_far)
    found = _over_levels(level, ahead, lambda mean, variance: _amount_tail(missing, mean, variance, worth))
    shape = np.shape(target)
    return Chance(found.probability.reshape(shape), found.lower.reshape(shape), found.upper.reshape(shape))


def share_chance(
    level: Level,
    ahead: Array,
    successes: Array,
    cases: Array,
    target: Array | float,
    so_far: tuple[float, float] = (0.0, 0.0),
    alpha: float = SHARE_MEMORY,
) -> Chance:
    """The chance that the share of cases that succeed comes to at least the target.

    Parameters
    ----------
    level, ahead : of the cases, as for :func:`count_chance`.
    successes, cases : arrays of shape (n_weeks,), oldest first. A recent week weighs most.
    so_far : successes and cases of the running period.

    A period in which no case occurs reaches no share.
    """
    from scipy.special import betaincinv

    good, whole = _remembered_share(successes, cases, alpha)
    a, b = 0.5 + good, 0.5 + whole - good
    # Weeks differ in quality beyond chance: what they are worth together shrinks by that much.
    few = _design_effect(np.asarray(successes, dtype=float), np.asarray(cases, dtype=float))
    a, b = a / few, b / few
    goals = np.atleast_1d(np.asarray(target, dtype=float))
    tail = (1 - SHARE_OF_INTERVAL) / 2
    shape = np.shape(target)
    middle = sum(
        one.weight * _share_tail(goals, ahead_of(level, one, ahead), so_far, (a, b), None) for one in level.memories
    )
    known = known_ahead(level, level.mean, ahead)
    ends = [_share_tail(goals, known, so_far, None, float(betaincinv(a, b, q))) for q in (tail, 1 - tail)]
    return _chance(*(np.asarray(one).reshape(shape) for one in (middle, *ends)))


def usual_share(successes: Array, cases: Array) -> float | None:
    """The share of cases that succeed, a recent week weighing most, as :func:`share_chance` takes it; None without any.

    >>> usual_share(np.array([1.0, 1.0]), np.array([2.0, 2.0])), usual_share(np.zeros(1), np.zeros(1))
    (0.5, None)
    """
    good, whole = _remembered_share(successes, cases, SHARE_MEMORY)
    return good / whole if whole else None


def _remembered_share(successes: Array, cases: Array, alpha: float) -> tuple[float, float]:
    """Successes and cases, each week by its weight."""
    w = (1 - alpha) ** np.arange(len(cases) - 1, -1, -1)
    return float((w * successes).sum()), float((w * np.asarray(cases)).sum())


def at_most(chance: Chance) -> Chance:
    """The chance of staying below, from that of coming to at least."""
    return Chance(1 - chance.probability, 1 - chance.upper, 1 - chance.lower)


def band_of(probability: float) -> str:
    """Which of the three a chance is called.

    >>> band_of(0.1), band_of(0.2), band_of(0.8), band_of(0.81)
    ('out of reach', 'a stretch', 'a stretch', 'already there')
    """
    if probability < OUT_OF_REACH:
        return "out of reach"
    return "a stretch" if probability <= ALREADY_THERE else "already there"


def _chance(probability: Array, lower: Array, upper: Array) -> Chance:
    """In the far tails the mean over all levels lies outside what the two ends say: the interval holds it."""
    middle = np.round(probability, 12)  # the weights of a mixture add up to 1 but for the last digit
    return Chance(middle, np.minimum(np.round(lower, 12), middle), np.maximum(np.round(upper, 12), middle))


# --- what lies ahead -----------------------------------------------------------------------------------------------


def _over_levels(level: Level, ahead: Array, tail_of: Callable[[float, float], Array]) -> Chance:
    """The chance over all memories and what each leaves open, and at the two ends of the level."""
    middle = sum(one.weight * tail_of(*ahead_of(level, one, ahead)) for one in level.memories)
    low, high = (tail_of(*known_ahead(level, end, ahead)) for end in ends_of(level))
    return _chance(np.asarray(middle), low, high)


def _count_tail(missing: Array, mean: float, variance: float) -> Array:
    """P(N >= missing) of a negative binomial with this mean and variance; 1 where nothing is missing."""
    from scipy.special import betainc, gammainc

    need = np.asarray(missing, dtype=float)
    if mean <= 0:
        return np.asarray(np.where(need <= 0, 1.0, 0.0))
    k = np.maximum(need, 1.0)
    over = variance - mean
    tail = gammainc(k, mean) if over <= 1e-9 * mean else betainc(k, mean**2 / over, over / variance)
    return np.asarray(np.where(need <= 0, 1.0, tail))


def _count_chances(mean: float, variance: float) -> Array:
    """P(N = 0), P(N = 1), … up to where nothing worth a word is left."""
    if mean <= 0:
        return np.ones(1)
    top = int(mean + 12 * np.sqrt(variance) + 20)
    tail = _count_tail(np.arange(top + 2, dtype=float), mean, variance)
    chances = -np.diff(tail)
    kept = int(np.searchsorted(-tail, -_TAIL)) + 1
    chances = chances[:kept]
    return np.asarray(chances / chances.sum())


def _amount_tail(missing: Array, mean: float, variance: float, worth: Worth) -> Array:
    """P(sum of N amounts >= missing), of shape (n_targets,)."""
    from scipy.special import gammaincc

    chances = _count_chances(mean, variance)
    n = worth.n
    # A few amounts tell little of how much they vary: drawn towards an exponential.
    spread = (n * worth.spread + _USUAL_AMOUNTS) / (n + _USUAL_AMOUNTS)
    deals = np.arange(1, len(chances), dtype=float)
    # The sum of that many, and what is left open about their mean: cv²/N + cv²/n.
    shape = 1 / (spread / deals + spread / n)
    scale = deals * worth.mean / shape
    need = np.maximum(missing, 0.0)[:, None]
    tail = (chances[1:] * gammaincc(shape, need / scale)).sum(axis=1)
    return np.asarray(np.where(missing <= 0, 1.0, np.minimum(tail, 1.0)))


def _share_tail(
    goals: Array,
    at: tuple[float, float],
    so_far: tuple[float, float],
    beta: tuple[float, float] | None,
    p: float | None,
) -> Array:
    """P((K0 + K) / (N0 + N) >= goal), of shape (n_goals,): K binomial with a beta chance, or with chance ``p``."""
    chances = _count_chances(*at)
    successes, cases = so_far
    found = np.zeros(len(goals))
    for more, weight in enumerate(chances):
        whole = cases + more
        if whole <= 0:
            continue
        need = np.ceil(goals * whole - 1e-9) - successes
        found += weight * _success_tail(need, more, beta, p)
    return np.asarray(np.clip(found, 0.0, 1.0))


def _success_tail(need: Array, n: int, beta: tuple[float, float] | None, p: float | None) -> Array:
    """P(K >= need) of n trials."""
    from scipy.special import betainc, betaln, gammaln

    k = np.clip(need, 0, n + 1)
    if beta is None:
        inner = betainc(np.maximum(k, 1.0), np.maximum(n - k + 1, 1.0), p)
        return np.asarray(np.where(k <= 0, 1.0, np.where(k > n, 0.0, inner)))
    a, b = beta
    of = np.arange(n + 1, dtype=float)
    ways = gammaln(n + 1) - gammaln(of + 1) - gammaln(n - of + 1)
    each = np.exp(ways + betaln(of + a, n - of + b) - betaln(a, b))
    tail = np.append(np.cumsum(each[::-1])[::-1], 0.0)
    return np.asarray(np.minimum(tail[k.astype(int)], 1.0))


def _design_effect(successes: Array, cases: Array) -> float:
    """How much more the weekly shares vary than a binomial's would, at least 1; 1 where weeks are few."""
    held = cases > 0
    n, k = cases[held], successes[held]
    if len(n) < MIN_WEEKS:
        return 1.0
    share = k.sum() / n.sum()
    if share <= 0 or share >= 1:
        return 1.0
    pearson = float(np.sum((k - n * share) ** 2 / (n * share * (1 - share))) / (len(n) - 1))
    return max(pearson, 1.0)
