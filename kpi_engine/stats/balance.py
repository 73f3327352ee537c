"""Does more work come with worse work? A weekly watch over how much is done and how good it is, both at once.

How much: counts per week, over-dispersed, with a season of their own. How good: of these, a share. Each week the last
six and the last eight weeks are held against the year before them, and the last year against the one before it. An
alarm needs both to have moved, in opposite directions, further than in 95 of 100 years of somebody whose work is
stable. Over a few weeks the share carries the claim: what counts may add is capped, because a season looks like a
change to whoever has not seen it twice. From year to year it does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from kpi_engine.names import Status

Array = npt.NDArray[np.float64]

WINDOWS = (6, 8, 52)
"""How many of the last weeks may be the changed ones; the year only where there was one before it."""
MIN_BASELINE = 26
"""Weeks before them that say what was usual."""
BASELINE = 52
"""Weeks further back than this are not asked: people change slowly, and may."""
MIN_WEEKS = MIN_BASELINE + WINDOWS[0]
SEASON_WEEKS = 104
"""Below this a season cannot be told from a change, and none is taken out."""
MIN_JUDGED = 12
"""With fewer judged cases than this in the changed weeks nothing is said of them."""

LIMIT_POORER, LIMIT_BETTER = 3.0, 3.8
"""What the joint statistic of somebody stable exceeds in four of 100 years, and in one, while it is looked at every
week: found by simulation (``python -m benchmarks balance``). Good work that becomes less is the rarer worry."""

LEAST_Z = 0.5
"""Each of the two has to have moved by so many of its own standard errors, whatever the other did."""
LEAST_Z_OF_YEAR = 1.645
"""The share from year to year, where counts may say more: what one stable year in twenty exceeds."""
MOST_Z, MOST_Z_OF_YEAR = 1.3, 3.0
"""What counts may add at most, in standard errors: over some weeks, and from year to year."""
HIGHER_FOR_YEAR = 1.1
"""The limit from year to year is so much higher, so that looking that far back hardly adds false alarms."""
LEAST_CHANGE = 0.10
"""And each by so much of what was usual: with many cases small changes are sure, and small."""
PLANTED = 0.30
"""The change the weights of the two are best for: so much more work, of which so much less is good."""

_PRIOR_WEEKS = 8.0
"""The dispersion one starts from, that of plain counts, counts like so many weeks."""
_YEAR = 365.25 / 7


class Way(StrEnum):
    """What moved which way."""

    BUSIER_AND_POORER = "busier_and_poorer"
    QUIETER_AND_BETTER = "quieter_and_better"


@dataclass(frozen=True)
class Balance:
    """What was found at the end of the newest week.

    ``n``: weeks seen. ``status``: too_few below 32 of them, or where too few cases were judged; then nothing else is
    known. ``way``: None where there is no alarm. ``last``: how many of the last weeks are held against the
    ``before`` weeks ahead of them. ``quantity`` per week, ``share`` of good ones and ``judged`` cases in both.
    ``change`` of the quantity is of what the season lets expect (0.28: 28 % more). ``strength``: the joint statistic.
    """

    status: Status
    n: int
    way: Way | None = None
    last: int = 0
    before: int = 0
    quantity: float | None = None
    quantity_before: float | None = None
    change: float | None = None
    share: float | None = None
    share_before: float | None = None
    judged: int = 0
    judged_before: int = 0
    strength: float = 0.0

    @property
    def plain_change(self) -> float | None:
        """The change of the quantity as it was counted, with its season in it."""
        return self.quantity / self.quantity_before - 1.0 if self.quantity and self.quantity_before else None


@dataclass(frozen=True)
class Scan:
    """Every window of every series: arrays of shape (n_series, n_windows), but ``windows`` and ``baselines``, which are
    numbers of weeks of shape (n_windows,). ``poorer`` and ``better`` are the joint statistic of the two ways, 0 where
    it did not go that way; ``is_enough`` where there is something to go by."""

    windows: npt.NDArray[np.int64]
    baselines: npt.NDArray[np.int64]
    poorer: Array
    better: Array
    change: Array
    is_enough: npt.NDArray[np.bool_]


def balance(quantity: Array, good: Array, judged: Array, watched: int = 1) -> Balance:
    """Whether quantity and quality have moved against each other by the end of the newest week.

    Parameters
    ----------
    quantity, good, judged : arrays of shape (n_weeks,)
        Per whole week, oldest first, none missing: how much was done, how much of it was good, and of how much this is
        known. 0 <= good <= judged <= quantity.
    watched : int
        How many such pairs are watched for one person: all together stay below one false alarm in twenty years. The
        tail of the statistic falls as exp(-x²/2), so its limit rises to sqrt(limit² + 2 ln watched).

    Returns
    -------
    Balance
        Status too_few, with n weeks, where too little is known.

    >>> calm = np.full(60, 8.0)
    >>> balance(calm, calm / 2, calm).way is None
    True
    >>> busy = np.concatenate([calm[:-8], np.full(8, 12.0)])
    >>> balance(busy, np.concatenate([calm[:-8] / 2, np.full(8, 2.0)]), busy).way
    <Way.BUSIER_AND_POORER: 'busier_and_poorer'>
    """
    y, k, m = (np.asarray(values, dtype=float)[None] for values in (quantity, good, judged))
    return balances(y, k, m, watched)[0]


def balances(quantity: Array, good: Array, judged: Array, watched: int = 1) -> list[Balance]:
    """The same for many people at once: arrays of shape (n_people, n_weeks)."""
    people, n = quantity.shape
    if n < MIN_WEEKS:
        return [Balance(Status.TOO_FEW, n)] * people
    found = scan(quantity, good, judged)
    over = np.stack([found.poorer - _limit(LIMIT_POORER, watched), found.better - _limit(LIMIT_BETTER, watched)])
    rows = zip(quantity, good, judged, strict=True)
    return [_told(weeks, found, over[:, i], i) for i, weeks in enumerate(rows)]


def _told(weeks: tuple[Array, Array, Array], found: Scan, over: Array, i: int) -> Balance:
    """What a scan says of one person. ``over``: by how much each limit was passed, shape (two ways, n_windows)."""
    y, k, m = weeks
    n = len(y)
    enough = np.flatnonzero(found.is_enough[i])
    if not enough.size:
        return Balance(Status.TOO_FEW, n)
    worst = int(np.argmax(over.max(axis=1)))
    is_alarm = bool(over.max() >= 0)
    # Without an alarm the last eight weeks are told, or what of the other windows says something.
    usual = int(enough[np.argmin(np.abs(found.windows[enough] - 8))])
    place = int(np.argmax(over[worst])) if is_alarm else usual
    last, before = int(found.windows[place]), int(found.baselines[place])
    new, old = slice(n - last, n), slice(n - last - before, n - last)
    return Balance(
        status=Status.OK,
        n=n,
        way=tuple(Way)[worst] if is_alarm else None,
        last=last,
        before=before,
        quantity=float(y[new].mean()),
        quantity_before=float(y[old].mean()),
        change=float(found.change[i, place]),
        share=float(k[new].sum() / m[new].sum()),
        share_before=float(k[old].sum() / m[old].sum()),
        judged=int(m[new].sum()),
        judged_before=int(m[old].sum()),
        strength=float(max(found.poorer[i].max(), found.better[i].max())),
    )


def scan(quantity: Array, good: Array, judged: Array) -> Scan:
    """Hold each window of last weeks against the weeks before it, for many series of equal length at once.

    ``quantity, good, judged``: arrays of shape (n_series, n_weeks) of at least 32 weeks, as for :func:`balance`.

    Counts: two over-dispersed Poisson samples over their exposures, which are the season's. Share: two binomials. Each
    as the signed root of its deviance over the root of the earlier weeks' Pearson dispersion (McCullagh and Nelder,
    Generalized Linear Models, 1989, chapters 4 and 6). Joint: their sum, weighted by what a change of 30 % in each
    would let expect of either, which is the log likelihood ratio of that change against none (Neyman and Pearson).
    """
    n = quantity.shape[-1]
    windows = np.array([w for w in WINDOWS if n - w >= (w if w == BASELINE else MIN_BASELINE)], dtype=np.int64)
    baselines = np.minimum(n - windows, BASELINE)
    exposure = season(quantity)
    squares = np.divide(good**2, judged, out=np.zeros(quantity.shape), where=judged > 0)
    weekly = (quantity, exposure, quantity**2 / exposure, judged, good, squares, (judged > 0).astype(float))
    # Every sum over a window or the weeks before it is the difference of two running sums.
    sums = [np.concatenate([np.zeros((len(v), 1)), np.cumsum(v, axis=-1)], axis=-1) for v in weekly]
    start = n - windows
    y, e, _, m, k, _, _ = (total[:, [n] * len(windows)] - total[:, start] for total in sums)
    y0, e0, count_squares, m0, k0, share_squares, share_weeks = (
        total[:, start] - total[:, start - baselines] for total in sums
    )
    is_enough = (m >= MIN_JUDGED) & (m0 >= 2 * MIN_JUDGED)
    # Where there is nothing to go by, numbers that do no harm.
    y0, m, m0 = np.where(is_enough, y0, 1.0), np.where(is_enough, m, 1.0), np.where(is_enough, m0, 1.0)
    k, k0 = np.where(is_enough, k, 0.0), np.where(is_enough, k0, 0.0)

    rate, rate0 = y / e, y0 / e0
    count_spread = _dispersion(count_squares / rate0 - y0, baselines - 1.0)
    counts = _signed_root(_count_deviance(y, e, y0, e0), rate - rate0) / np.sqrt(count_spread)
    share, share0 = k / m, k0 / m0
    variance = share0 * (1.0 - share0)
    degrees = np.maximum(share_weeks - 1.0, 1.0)
    pearson = np.where(variance > 0, (share_squares - share0 * k0) / np.where(variance > 0, variance, 1.0), degrees)
    share_spread = _dispersion(pearson, degrees)
    shares = _signed_root(_share_deviance(k, m, k0, m0), share - share0) / np.sqrt(share_spread)

    by_counts = np.log(1.0 + PLANTED) * np.sqrt(rate0 * e * e0 / (e + e0) / count_spread)
    likely = np.clip(share0, 0.02, 0.98)
    by_share = PLANTED * np.sqrt(likely / (1.0 - likely) * m * m0 / (m + m0) / share_spread)
    is_year = windows == BASELINE
    most, least = np.where(is_year, MOST_Z_OF_YEAR, MOST_Z), np.where(is_year, LEAST_Z_OF_YEAR, LEAST_Z)
    joint = by_counts * np.minimum(np.abs(counts), most) + by_share * np.abs(shares)
    joint /= np.hypot(by_counts, by_share) * np.where(is_year, HIGHER_FOR_YEAR, 1.0)
    moved = is_enough & (np.abs(counts) >= LEAST_Z) & (np.abs(shares) >= least)
    moved &= (np.abs(rate - rate0) >= LEAST_CHANGE * rate0) & (np.abs(share - share0) >= LEAST_CHANGE * share0)
    return Scan(
        windows=windows,
        baselines=baselines,
        poorer=np.where(moved & (counts > 0) & (shares < 0), joint, 0.0),
        better=np.where(moved & (counts < 0) & (shares > 0), joint, 0.0),
        change=rate / rate0 - 1.0,
        is_enough=is_enough,
    )


def season(quantity: Array) -> Array:
    """How much of a usual week each week's season lets expect: shape (n_series, n_weeks), around 1.

    One yearly wave beside a trend, fitted by least squares to the weeks before the last eight, and drawn towards none
    as far as its size is chance (James and Stein, 1961). Ones where two years were not seen.
    """
    n = quantity.shape[-1]
    known = n - max(w for w in WINDOWS if w < BASELINE)
    if n < SEASON_WEEKS:
        return np.ones(quantity.shape)
    turn = 2 * np.pi * np.arange(n) / _YEAR
    waves = np.column_stack([np.sin(turn), np.cos(turn)])
    design = np.column_stack([np.ones(n), np.arange(n) / n, waves])[:known]
    seen = quantity[:, :known].astype(float)
    inverse = np.linalg.inv(design.T @ design)
    fitted = seen @ design @ inverse
    left = ((seen - fitted @ design.T) ** 2).sum(-1) / (known - design.shape[1])
    size = (fitted[:, 2:] ** 2).sum(-1)
    chance = left * (inverse[2, 2] + inverse[3, 3])
    kept = np.maximum(1.0 - np.divide(chance, size, out=np.ones(len(size)), where=size > 0), 0.0)
    level = np.maximum(seen.mean(-1), 1e-9)
    return np.maximum(1.0 + fitted[:, 2:] @ waves.T * (kept / level)[:, None], 0.2)


def _limit(limit: float, watched: int) -> float:
    return float(np.sqrt(limit**2 + 2.0 * np.log(watched)))


def _x_log(x: Array, ratio: Array) -> Array:
    """x · log(ratio); 0 where x is 0."""
    return np.asarray(np.where(x > 0, x * np.log(np.where(x > 0, ratio, 1.0)), 0.0))


def _count_deviance(y: Array, e: Array, y0: Array, e0: Array) -> Array:
    rate = (y + y0) / (e + e0)
    return 2.0 * (_x_log(y, y / (e * rate)) + _x_log(y0, y0 / (e0 * rate)))


def _share_deviance(k: Array, m: Array, k0: Array, m0: Array) -> Array:
    share = (k + k0) / (m + m0)
    parts = ((k, m, share), (m - k, m, 1.0 - share), (k0, m0, share), (m0 - k0, m0, 1.0 - share))
    terms = [_x_log(seen, seen / np.maximum(of * part, 1e-300)) for seen, of, part in parts]
    return np.asarray(2.0 * sum(terms))


def _signed_root(deviance: Array, difference: Array) -> Array:
    return np.asarray(np.sign(difference) * np.sqrt(np.maximum(deviance, 0.0)))


def _dispersion(pearson: Array, degrees: Array) -> Array:
    """By how much more the weeks scatter than plain counts would; never less."""
    return np.maximum((pearson + _PRIOR_WEEKS) / (degrees + _PRIOR_WEEKS), 1.0)
