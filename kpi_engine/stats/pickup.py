"""The booking curve: what is on the books for a month, and what has usually still come in from there.

Months are rows, oldest first, of which the last ones may lie ahead. Leads are columns: lead k is what was known k
months before; lead 0 is the month itself, and the lead after it (see :class:`Books`) settles it. A forecast for a month
at a lead rests on nothing that was not known at that lead: rows are only ever read up to the month of the cutoff.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kpi_engine.stats.scores import Z80

Array = npt.NDArray[np.float64]

DISCOUNT = 0.85
"""Weight of a month's pickup against that of the month after it."""

YEAR = 12

_MEMORY = 0.9
"""Weight of a past error against that of the month after it."""

_SHARPNESS = 4.0
"""How sharply the weights follow past errors: half the error, sixteen times the weight."""

_ASSUMED_MONTHS = 8.0
"""So many months' worth of assumed errors are mixed into those seen."""

_MIN_PAST = 3
"""So many settled months are needed before an average of their pickup is one."""


@dataclass(frozen=True)
class Books:
    """What was on the books.

    Attributes
    ----------
    settled : array of shape (n_months,)
        What a month came to, as it stood one month after its own cutoff; nan where that is not over.
    provisional : array of shape (n_months,)
        The same as it could be told at the month's own cutoff (lead 0): nan where that lies ahead, or where the
        month was not over yet at its cutoff.
    won, still_open : arrays of shape (n_months, n_leads)
        Won value and open value at lead 0, 1, …; nan where that lies ahead or before the data begin.
    """

    settled: Array
    provisional: Array
    won: Array
    still_open: Array

    def known_at(self, month: int) -> Array:
        """What the months had come to, as far as it was known at the cutoff of ``month``; nan for all others."""
        known = np.full(len(self.settled), np.nan)
        known[:month] = self.settled[:month]
        known[month] = self.provisional[month]
        return known


@dataclass(frozen=True)
class Pickup:
    """A forecast of what a month will come to, with the band of its past errors.

    ``n``: past forecasts at this lead it was judged by. ``parts``: the forecast of each method, ``weights``: their
    share. All nan and empty where no method has anything to go by.
    """

    forecast: float
    lower: float
    upper: float
    n: int
    parts: Mapping[str, float]
    weights: Mapping[str, float]


METHODS = ("discounted", "last_year", "seasonal_naive")
"""Additive pickup, recent months weighing more; additive pickup of the same month last year; that month itself."""


def pickup(books: Books, target: int, lead: int) -> Pickup:
    """The forecast for one month at one lead, as it would have been made then.

    Near ones lean on the discounted pickup, far ones on last year's, until past forecasts at this lead say which of
    them earns more trust.

    Raises
    ------
    IndexError
        A target or lead outside the books.
    """
    cutoff = target - lead
    if cutoff < 0:
        return _NOTHING
    known = books.known_at(cutoff)
    now = {name: value for name, value in candidates(books, known, target, lead).items() if np.isfinite(value)}
    if not now:
        return _NOTHING
    past = _past(books, known, cutoff, lead)
    weights = _weights(now, past, known, lead)
    forecast = max(sum(weights[name] * now[name] for name in now), 0.0)
    made = _blended_past(past, known, lead)
    spread, n = _spread(made, known, forecast, lead)
    return Pickup(
        forecast=forecast,
        lower=max(forecast - Z80 * spread, 0.0),
        upper=forecast + Z80 * spread,
        n=n,
        parts=now,
        weights=weights,
    )


def candidates(books: Books, known: Array, target: int, lead: int) -> dict[str, float]:
    """The forecast of each method for one month, from what was known (see :meth:`Books.known_at`); nan where it has
    nothing to go by.

    Open deals are on the books with the share of them that has usually become orders from this lead on, at most whole:
    bookings that hold unless cancelled count in full, prospects in part. What comes in beyond that is the pickup.
    """
    won, still_open = books.won[:, lead], books.still_open[:, lead]
    found = dict.fromkeys(METHODS, np.nan)
    usable = np.flatnonzero(np.isfinite(known - won - still_open))
    if usable.size >= _MIN_PAST:
        weight = DISCOUNT ** (usable[-1] - usable).astype(float)
        was_open = float(weight @ still_open[usable])
        became = float(weight @ (known - won)[usable])
        share = min(max(became / was_open, 0.0), 1.0) if was_open > 0 else 0.0
        on_books = won + share * still_open
        came_in = known - on_books
        found["discounted"] = on_books[target] + float(weight @ came_in[usable] / weight.sum())
        if target >= YEAR:
            found["last_year"] = on_books[target] + came_in[target - YEAR]
    if target >= YEAR:
        found["seasonal_naive"] = known[target - YEAR]
    return {name: max(float(value), 0.0) for name, value in found.items()}


def _past(books: Books, known: Array, cutoff: int, lead: int) -> dict[str, Array]:
    """The forecasts of each method for the months known at the cutoff, each as it would have been made then."""
    made = {name: np.full(len(known), np.nan) for name in METHODS}
    for month in range(lead, cutoff + 1):
        if np.isfinite(known[month]):
            then = books.known_at(month - lead)
            for name, value in candidates(books, then, month, lead).items():
                made[name][month] = value
    return made


def _assumed(name: str, lead: int) -> float:
    """Relative error to assume before any is seen: the discounted pickup loses its hold as the lead grows, last year's
    loses it slower, and the month itself of last year knows nothing of what is booked."""
    far = max(lead, 0.5)
    return {"discounted": 0.022 * far, "last_year": 0.03 + 0.014 * (far - 1), "seasonal_naive": 0.22}[name]


def _weights(now: Mapping[str, float], past: Mapping[str, Array], known: Array, lead: int) -> dict[str, float]:
    """The share of each method: past relative errors, recent ones weighing more, with the assumed ones mixed in."""
    seen = np.flatnonzero(np.isfinite(known))
    usual = float(np.mean(np.abs(known[seen]))) if seen.size else 1.0
    scores = {}
    for name in now:
        judged = np.flatnonzero(np.isfinite(past[name]) & np.isfinite(known))
        weight = _MEMORY ** (seen[-1] - judged).astype(float) if judged.size else np.zeros(0)
        missed = float(weight @ np.abs(past[name][judged] - known[judged])) + _ASSUMED_MONTHS * _assumed(
            name, lead
        ) * max(usual, 1e-9)
        worth = float(weight @ np.abs(known[judged])) + _ASSUMED_MONTHS * max(usual, 1e-9)
        scores[name] = max(missed / worth, 1e-6) ** -_SHARPNESS
    total = sum(scores.values())
    return {name: score / total for name, score in scores.items()}


def _blended_past(past: Mapping[str, Array], known: Array, lead: int) -> Array:
    """The blend for each past month, with the weights that would have been known then."""
    made = np.full(len(known), np.nan)
    for month in np.flatnonzero(np.isfinite(known)):
        now = {name: float(past[name][month]) for name in METHODS if np.isfinite(past[name][month])}
        if now:
            before = known.copy()
            before[max(month - lead + 1, 0) :] = np.nan
            weights = _weights(now, past, before, lead)
            made[month] = sum(weights[name] * now[name] for name in now)
    return made


def _spread(made: Array, known: Array, forecast: float, lead: int) -> tuple[float, int]:
    """The standard deviation of the forecast, and how many past errors it rests on.

    Past errors count relative to what was forecast, or to the usual month where that was more; the assumed error of a
    lead is mixed in as far as few are seen, and few errors widen the band as a Student's t would.
    """
    seen = np.flatnonzero(np.isfinite(made) & np.isfinite(known))
    finite = known[np.isfinite(known)]
    usual = float(np.mean(np.abs(finite))) if finite.size else 0.0
    scale = np.maximum(np.abs(made[seen]), usual)
    relative = (known[seen] - made[seen]) / np.where(scale > 0, scale, 1.0)
    assumed = 0.03 + 0.02 * lead
    n = len(seen)
    variance = (float(relative @ relative) + 4 * assumed**2) / (n + 4)
    return float(np.sqrt(variance * (1 + 2 / (n + 2))) * max(forecast, usual)), n


_NOTHING = Pickup(np.nan, np.nan, np.nan, 0, {}, {})
