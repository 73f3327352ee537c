"""Has something changed beyond what chance does? One person's weekly counts and shares, a later span against an
earlier one.

Counts of work scatter more than plain counts do: the scatter is taken from the weeks themselves. What many looks find
is held down as a whole (Holm), so that stable work seldom raises a question at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, log, sqrt

import numpy as np
import numpy.typing as npt

from kpi_engine.names import Status

Array = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LEVEL = 0.05
"""Of a person whose work is stable, this share is told of a change at all, all looks together."""

MIN_WEEKS = 12
"""Weeks before, below which nobody knows what was usual."""
MIN_COUNT = 10.0
"""Cases before, and half of that expected now, below which a count is not judged."""
MIN_CASES = 12
"""Cases on either side, below which a share is not judged; and five of each outcome expected on either."""

_PRIOR_WEEKS = 2.0
"""The scatter of plain counts, which one starts from, counts like so many weeks."""


@dataclass(frozen=True)
class Change:
    """Before and after: a count per unit of exposure (a week of an average month), or a share.

    ``n_before, n_after``: cases of a share, the counts themselves otherwise. ``p_value``: how often chance alone does
    as much, either way; None where the status is too_few.
    """

    status: Status
    before: float
    after: float
    n_before: int
    n_after: int
    p_value: float | None = None

    @property
    def factor(self) -> float | None:
        """After over before; None where there was nothing before."""
        return self.after / self.before if self.before > 0 else None


def count_change(before: Array, now: Array, exposure_before: Array, exposure_now: Array) -> Change:
    """Whether a weekly count has changed.

    The log of the ratio of the two rates, over its standard error: quasi-Poisson, sqrt(φ (1/a + 1/b)) with half a case
    added to either count, φ by Pearson about each span's own rate, shrunk towards that of plain counts and never
    below it; Student's t with as many degrees of freedom (McCullagh and Nelder, 1989, section 6.2).

    Parameters
    ----------
    before, now : arrays of shape (n_before,) and (n_after,)
        Counts per whole week, oldest first.
    exposure_before, exposure_now : arrays of the same shapes
        What a week could bring, in weeks of an average month; above 0.

    >>> found = count_change(np.full(26, 5.0), np.full(13, 2.0), np.ones(26), np.ones(13))
    >>> found.before, found.after, found.p_value < 0.001
    (5.0, 2.0, True)
    """
    total, later = float(before.sum()), float(now.sum())
    base, span = float(exposure_before.sum()), float(exposure_now.sum())
    rate = total / base if base else 0.0
    rate_now = later / span if span else 0.0
    seen = Change(Status.TOO_FEW, rate, rate_now, round(total), round(later))
    if len(before) < MIN_WEEKS or total < MIN_COUNT or rate * span < MIN_COUNT / 2:
        return seen
    expected = np.concatenate([rate * exposure_before, max(rate_now, 0.5 / span) * exposure_now])
    apart = np.concatenate([before, now]) - expected
    free = len(expected) - 2
    pearson = float((apart**2 / expected).sum())
    scatter = max(1.0, (pearson + _PRIOR_WEEKS) / (free + _PRIOR_WEEKS))
    ratio = log((later + 0.5) / span) - log((total + 0.5) / base)
    z = ratio / sqrt(scatter * (1.0 / (later + 0.5) + 1.0 / (total + 0.5)))
    return Change(Status.OK, rate, rate_now, round(total), round(later), _student(z, float(free)))


def share_change(good_before: int, n_before: int, good_after: int, n_after: int) -> Change:
    """Whether a share has changed: the two-proportion test with a common share (z, two-sided).

    >>> found = share_change(93, 300, 44, 100)
    >>> f"{found.before:.2f} {found.after:.2f} {found.p_value:.3f}"
    '0.31 0.44 0.018'
    """
    share = good_before / n_before if n_before else 0.0
    share_after = good_after / n_after if n_after else 0.0
    seen = Change(Status.TOO_FEW, share, share_after, n_before, n_after)
    if min(n_before, n_after) < MIN_CASES:
        return seen
    common = (good_before + good_after) / (n_before + n_after)
    if min(common, 1.0 - common) * min(n_before, n_after) < MIN_COUNT / 2:
        return seen
    z = (share_after - share) / sqrt(common * (1.0 - common) * (1.0 / n_before + 1.0 / n_after))
    return Change(Status.OK, share, share_after, n_before, n_after, erfc(abs(z) / sqrt(2.0)))


def beyond_chance(p_values: Array, level: float = LEVEL) -> Bools:
    """Which of several looks found more than chance does, so that chance alone finds any of them in ``level`` of the
    cases (Holm, 1979).

    Parameters
    ----------
    p_values : array of shape (n_looks,)
        nan for a look that could not be judged: it is no look, and never found.

    >>> beyond_chance(np.array([0.001, 0.04, np.nan, 0.02]))
    array([ True,  True, False,  True])
    """
    found = np.zeros(len(p_values), dtype=bool)
    judged = [int(i) for i in np.argsort(p_values) if np.isfinite(p_values[i])]
    for done, i in enumerate(judged):
        if p_values[i] > level / (len(judged) - done):
            break
        found[i] = True
    return found


def _student(z: float, free: float) -> float:
    """Two-sided tail of Student's t."""
    from scipy.special import stdtr

    return float(2.0 * stdtr(free, -abs(z)))
