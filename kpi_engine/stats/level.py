"""How much somebody does in a week, from their own recent weeks, and how sure that is.

counts     a negative binomial on an exponentially weighted level: people's work comes in lumps, and a Poisson would
           be far too sure. m = weighted level, d = dispersion (s² - m)/m², floored at 0 and drawn towards
           :data:`USUAL_DISPERSION`, v = m + m²d; over W weeks the mean is Wm and the variance Wv + W²v'/n_eff,
           n_eff = 1/Σw² (Kish 1965): what is left open about the level itself stays open all the way. In v, s² comes
           from the steps from week to week (von Neumann 1941), so that a level that moves is not taken for noise; in
           v' it is the plain one, so that a level that has moved is taken for one that may move again.
memory     how fast the past is forgotten is earned: each of :data:`ALPHAS` foretells every past week from those before
           it, and is believed by how well it did (a Bayesian mixture). Somebody steady who wins a deal a month is
           judged by the year, somebody whose work has just doubled by the last weeks; a single α is too sure for the
           one or too slow for the other.

A week is counted in *exposures*: 1 is a whole working week of an average month; a part of one, or a month that is
usually lean, is less. What lies ahead is told in exposures too, so that part periods and seasons need no formula of
their own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

ALPHAS = (0.02, 0.06, 0.13, 0.2)
"""What the last week may weigh of the level; the weeks before share the rest in the same way."""

MIN_WEEKS = 8
"""Under so many weeks nothing is said of chances."""

USUAL_DISPERSION = 0.1
"""What a person's weeks vary by beyond a Poisson where few of them say."""

SHARE_OF_INTERVAL = 0.8

_USUAL_WEIGHT = 8.0
_PRIOR_CASES, _JEFFREYS = 0.5, 0.5
_STEP = 0.004
_RECENT, _BEFORE = 6, 20


@dataclass(frozen=True)
class Memory:
    """A level by one memory: its mean in a week of exposure 1, the variance of that mean, and how far it is believed
    (the weights of a :class:`Level` add up to 1)."""

    mean: float
    mean_variance: float
    weight: float


@dataclass(frozen=True)
class Level:
    """What a person does in a week of exposure 1, and how sure that is.

    ``memories``: the level by each memory; ``dispersion``: what weeks vary by beyond a Poisson; ``n``: weeks looked at;
    ``change``: by what factor the last weeks differ from those before, None where that may be chance.
    """

    memories: tuple[Memory, ...]
    dispersion: float
    n: int
    change: float | None = None

    @property
    def mean(self) -> float:
        """Over all memories."""
        return sum(one.weight * one.mean for one in self.memories)

    @property
    def mean_variance(self) -> float:
        """Of the mean: within the memories and between them."""
        middle = self.mean
        return sum(one.weight * (one.mean_variance + (one.mean - middle) ** 2) for one in self.memories)


def level_of(counts: Array, exposures: Array | None = None, alphas: tuple[float, ...] = ALPHAS) -> Level:
    """The level of weekly counts, the newest weighing most.

    Parameters
    ----------
    counts : array of shape (n_weeks,), oldest first; at least one.
    exposures : array of shape (n_weeks,), above 0; None: each week is a whole one.
    alphas : the memories that are tried.

    >>> level = level_of(np.full(8, 2.0), alphas=(0.13,))
    >>> round(level.mean, 3), round(level.dispersion, 3), round(level.mean_variance, 3)
    (2.092, 0.05, 0.289)
    """
    x = np.asarray(counts, dtype=float)
    e = np.ones_like(x) if exposures is None else np.asarray(exposures, dtype=float)
    # Nothing in all these weeks is not a level of nothing.
    plain = max(float(x.sum()), _JEFFREYS) / float(e.sum())
    left = x - x.sum() / e.sum() * e
    free = max(len(x) - 1, 1)
    loose = _dispersion(x, e, float((left**2).sum()) / free)
    steady = _dispersion(x, e, float((np.diff(left) ** 2).sum()) / 2 / free)
    found = [_remembered(x, e, alpha, plain, loose) for alpha in alphas]
    said = np.array([_foretold(x, e, alpha, plain, steady) for alpha in alphas])
    belief = np.exp(said - said.max())
    belief /= belief.sum()
    memories = tuple(Memory(*one, float(weight)) for one, weight in zip(found, belief, strict=True))
    return Level(memories, steady, len(x), _change(x, e, steady))


def _remembered(x: Array, e: Array, alpha: float, plain: float, dispersion: float) -> tuple[float, float]:
    """Mean and variance of the mean by one memory, drawn towards the plain mean by half a case."""
    w = (1 - alpha) ** np.arange(len(x) - 1, -1, -1)
    whole = float((w * e).sum()) + _PRIOR_CASES / plain
    # Half a case more: the mean of what the level may be where only counts are known (Jeffreys), not its likeliest
    # value. It also meets what was measured: without it more targets were reached than said, on made-up and real weeks.
    mean = (float((w * x).sum()) + _PRIOR_CASES + _JEFFREYS) / whole
    # A mean that happens to be low would call itself sure: its error is that of the higher of the two levels.
    at = max(mean, plain)
    return mean, float((w**2 * (at * e + at**2 * e**2 * dispersion)).sum()) / whole**2


def _foretold(x: Array, e: Array, alpha: float, plain: float, dispersion: float) -> float:
    """The log likelihood of each week by the memory of those before it (negative binomial), after a start."""
    from scipy.special import gammaln

    if len(x) <= MIN_WEEKS:
        return 0.0
    means = np.empty(len(x))
    cases, weeks = 0.0, 0.0
    for i in range(len(x)):
        means[i] = (cases + _PRIOR_CASES) / (weeks + _PRIOR_CASES / plain) * e[i]
        cases, weeks = cases * (1 - alpha) + x[i], weeks * (1 - alpha) + e[i]
    y, mu, r = x[MIN_WEEKS:], means[MIN_WEEKS:], 1 / max(dispersion, 1e-6)
    return float(np.sum(gammaln(y + r) - gammaln(r) + r * np.log(r / (r + mu)) + y * np.log(mu / (r + mu))))


def _dispersion(x: Array, e: Array, variance: float) -> float:
    """d = (n·d̂ + 8·.1)/(n + 8), d̂ = (s² - x̄)/x̄² floored at 0; s² is what the exposures leave unexplained."""
    n, mean = len(x), float(x.sum() / e.sum())
    found = 0.0
    if n > 1 and mean > 0:
        found = max((variance - mean * float(e.mean())) / (mean**2 * float(np.mean(e**2))), 0.0)
    return (n * found + _USUAL_WEIGHT * USUAL_DISPERSION) / (n + _USUAL_WEIGHT)


def _change(x: Array, e: Array, dispersion: float) -> float | None:
    """By what factor the last six weeks differ from the up to twenty before, where they do by more than chance would
    once in twenty times (over-dispersed counts)."""
    if len(x) < _RECENT + MIN_WEEKS:
        return None
    late, early = slice(-_RECENT, None), slice(-_RECENT - _BEFORE, -_RECENT)
    before, now = x[early].sum() / e[early].sum(), x[late].sum() / e[late].sum()
    pooled = x[early.start :].sum() / e[early.start :].sum()
    if before <= 0 or pooled <= 0:
        return None
    each = pooled + pooled**2 * dispersion
    z = (now - before) / np.sqrt(each / e[late].sum() + each / e[early].sum())
    return float(now / before) if abs(z) > 1.96 else None


# --- what lies ahead -----------------------------------------------------------------------------------------------


def ahead_of(level: Level, memory: Memory, ahead: Array) -> tuple[float, float]:
    """Mean and variance of what comes by one memory: Wm and Wv + W² times the variance of the mean."""
    mean, within = known_ahead(level, memory.mean, ahead)
    e = np.asarray(ahead, dtype=float)
    # A level that takes a step of its own each week: what is left after each step, added up.
    after = np.cumsum(e[::-1])
    steps = _STEP * (memory.mean + memory.mean**2 * level.dispersion) * float((after**2).sum())
    return mean, within + float(e.sum()) ** 2 * memory.mean_variance + steps


def known_ahead(level: Level, mean: float, ahead: Array) -> tuple[float, float]:
    """Mean and variance of what comes, were the level known to be ``mean``."""
    e = np.asarray(ahead, dtype=float)
    return mean * float(e.sum()), mean * float(e.sum()) + mean**2 * level.dispersion * float((e**2).sum())


def ends_of(level: Level) -> tuple[float, float]:
    """The 80 % interval of the level: a gamma of its mean and variance."""
    from scipy.special import gammaincinv

    shape = level.mean**2 / max(level.mean_variance, 1e-12)
    tail = (1 - SHARE_OF_INTERVAL) / 2
    scale = level.mean / shape
    return float(gammaincinv(shape, tail) * scale), float(gammaincinv(shape, 1 - tail) * scale)
