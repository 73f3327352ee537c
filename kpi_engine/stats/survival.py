"""How long until something happens, and what: with those for whom nothing has happened yet counted as what they are.

A share of the finished ones alone leaves out the open ones and favours what ends quickly. Here everybody counts for as
long as they were watched.

at risk          those who were being watched at an age: entered by then, and not yet over
survival         Kaplan and Meier (1958): the share for whom nothing has happened
incidence        Aalen and Johansen (1978): the share for whom this has happened, where several things can
late entry       whoever is watched only from a later age on is at risk from that age (left truncation; Tsai, Jewell and
                 Wang 1987)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kpi_engine.stats.scores import Z80, wilson

Array = npt.NDArray[np.float64]
Ages = npt.NDArray[np.int64]

OPEN = 0
"""The cause of those for whom nothing has happened so far."""


@dataclass(frozen=True)
class Incidence:
    """What happened by each age.

    ``ages`` of shape (n_ages,): the distinct ages at which anything happened, ascending. ``at_risk`` and ``survival``
    (the share for whom nothing has happened by that age, included) have its shape; ``incidence`` and ``variance``
    (of the incidence) have shape (n_causes, n_ages), cause 1 first. ``since``: the age from which it holds; above 0
    where nobody was watched from the start, and then it is of those for whom nothing had happened before. ``n``: how
    many were watched at all.
    """

    n: int
    since: int
    ages: Ages
    at_risk: Array
    survival: Array
    incidence: Array
    variance: Array

    def by(self, cause: int, age: int | None = None) -> tuple[float, float]:
        """(share, variance) of a cause by an age, the last one where None; (0, 0) before anything happened."""
        place = len(self.ages) if age is None else int(np.searchsorted(self.ages, age, side="right"))
        if place == 0:
            return 0.0, 0.0
        return float(self.incidence[cause - 1, place - 1]), float(self.variance[cause - 1, place - 1])

    def waiting(self, age: int | None = None) -> float:
        """The share for whom nothing has happened by an age, the last one where None."""
        place = len(self.ages) if age is None else int(np.searchsorted(self.ages, age, side="right"))
        return 1.0 if place == 0 else float(self.survival[place - 1])

    def quantile(self, share: float) -> int | None:
        """The first age by which at least this share is over; None where it never comes to that while watched.

        >>> incidence(np.array([2, 5, 9]), np.array([1, 1, 0])).quantile(0.5)
        5
        """
        reached = np.flatnonzero(self.survival <= 1.0 - share + 1e-12)
        return int(self.ages[reached[0]]) if reached.size else None

    def last_age(self, heaviest: float) -> int | None:
        """The last age up to which no single case settles more than a share of ``heaviest``; None where the first does.

        At the end few are left at risk, and with many open ones each stands for all that went out of sight before.
        """
        before = np.concatenate([[1.0], self.survival[:-1]])
        heavy = np.flatnonzero(before / self.at_risk > heaviest + 1e-12)
        light = self.ages[: heavy[0]] if heavy.size else self.ages
        return int(light[-1]) if light.size else None


def incidence(
    age: Ages,
    cause: Ages,
    count: Ages | None = None,
    entered: Ages | None = None,
    n_causes: int = 1,
    least_at_risk: int = 1,
) -> Incidence:
    """The share for whom each thing has happened by each age, with open ones neither lost nor dropped.

    Parameters
    ----------
    age : int array of shape (n,)
        Days until it happened, or until the last day it was known not to have.
    cause : int array of shape (n,)
        1 … n_causes for what happened; 0 for nothing so far.
    count : int array of shape (n,), or None for one each
        How many there are of each row: the order of rows and how they are gathered do not matter.
    entered : int array of shape (n,), or None for 0
        The age from which each was watched. What happens on that very day is seen.
    least_at_risk : int
        Where people enter late, the first ages may be seen on one or two of them, and one event would then settle
        everything (Lai and Ying 1991): the estimate starts at the first age at which so many are at risk. It is then
        of those for whom nothing had happened before ``since``.

    Returns
    -------
    Incidence
        Nobody at all: arrays of no ages, n = 0.

    Raises
    ------
    ValueError
        An age below 0 or below its entry, or an unknown cause.

    At one age things happen first, then watching ends. The variance is the delta method's (Marubini and Valsecchi 1995,
    ch. 10; the same as SAS's ERROR=DELTA): with one cause it is Greenwood's, without open ones the binomial's.

    >>> found = incidence(np.array([1, 2, 3, 4]), np.array([1, 2, 0, 1]), n_causes=2)
    >>> found.incidence[:, -1], found.survival
    (array([0.75, 0.25]), array([0.75, 0.5 , 0.  ]))
    """
    count = np.ones(len(age), dtype=np.int64) if count is None else count
    entered = np.zeros(len(age), dtype=np.int64) if entered is None else entered
    if np.any(entered < 0) or np.any(age < entered):
        raise ValueError("an age lies before the age of entry, or below 0")
    if np.any(cause < OPEN) or np.any(cause > n_causes):
        raise ValueError(f"causes are 0 (open) to {n_causes}")
    ages = np.unique(age[cause != OPEN])
    at_risk = _at_least(age, count, ages) - _above(entered, count, ages)
    since = 0
    if np.any(entered > 0):
        enough = np.flatnonzero(at_risk >= least_at_risk)
        first = int(enough[0]) if enough.size else len(ages)
        since = int(entered.min()) if first == 0 else int(ages[first] if first < len(ages) else age.max())
        ages, at_risk = ages[first:], at_risk[first:]
    happened = np.zeros((n_causes, len(ages)))
    is_event = (cause != OPEN) & (age >= (ages[0] if ages.size else np.inf))
    np.add.at(happened, (cause[is_event] - 1, np.searchsorted(ages, age[is_event])), count[is_event])
    survival, shares, variance = _estimate(at_risk.astype(float), happened)
    return Incidence(int(count.sum()), since, ages, at_risk.astype(float), survival, shares, variance)


def interval(share: float, variance: float, n_known: int, z: float = Z80) -> tuple[float, float]:
    """The interval of a share that was estimated with a variance: Wilson's (1927), at the effective sample size.

    ``n_known``: how many are known to have ended, one way or another; it stands in where the variance is 0 because
    nothing, or everything, happened. The effective size share·(1 − share)/variance is that of a plain sample that would
    be as sure (Dorey and Korn 1987). The default ``z`` gives 80 %.

    >>> low, high = interval(0.25, 0.25 * 0.75 / 100, 100)
    >>> round(low, 3), round(high, 3)
    (0.199, 0.309)
    """
    size = share * (1 - share) / variance if variance > 0 and 0 < share < 1 else float(n_known)
    if size <= 0:
        return 0.0, 1.0
    lower, upper = wilson(np.array(share), np.array(size), z)
    return float(lower), float(upper)


def _at_least(values: Ages, count: Ages, bounds: Ages) -> Ages:
    """How many have a value of at least each bound."""
    order = np.argsort(values, kind="stable")
    below = np.concatenate([[0], np.cumsum(count[order])])
    return below[-1] - below[np.searchsorted(values[order], bounds, side="left")]


def _above(values: Ages, count: Ages, bounds: Ages) -> Ages:
    """How many have a value above each bound."""
    order = np.argsort(values, kind="stable")
    up_to = np.concatenate([[0], np.cumsum(count[order])])
    return up_to[-1] - up_to[np.searchsorted(values[order], bounds, side="right")]


def _estimate(at_risk: Array, happened: Array) -> tuple[Array, Array, Array]:
    """(survival, incidence, variance of the incidence) at each age, from counts of shapes (n_ages,) and (n_causes,
    n_ages)."""
    anything = happened.sum(axis=0)
    survival = np.cumprod(1 - anything / at_risk)
    before = np.concatenate([[1.0], survival[:-1]])
    shares = np.cumsum(before * happened / at_risk, axis=1)
    left = at_risk - anything
    # Where everybody at risk is over, nothing can follow: that age adds nothing to the variance of what follows.
    greenwood = np.divide(anything, at_risk * left, out=np.zeros_like(at_risk), where=left > 0)
    own = before**2 * happened * (at_risk - happened) / at_risk**3
    shared = before * happened / at_risk**2
    # sum over earlier ages of (F − F_j)² a_j + own_j − 2 (F − F_j) shared_j, multiplied out into running sums.
    variance = (
        shares**2 * np.cumsum(greenwood)
        - 2 * shares * np.cumsum(shares * greenwood, axis=1)
        + np.cumsum(shares**2 * greenwood, axis=1)
        + np.cumsum(own, axis=1)
        - 2 * shares * np.cumsum(shared, axis=1)
        + 2 * np.cumsum(shares * shared, axis=1)
    )
    return survival, shares, np.maximum(variance, 0.0)
