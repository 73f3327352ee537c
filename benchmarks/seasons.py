"""How well the season and the booking curve are told, each beside simpler ways to tell them.

- season: the mean absolute error of the index (points) on series whose season is known, and how often series without
  one are called seasonal.
- booking curve: a hotel's arrivals by month, imported as deals and forecast by the app's own code at cutoffs of then;
  skipped where ../shared/data is not there.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from datetime import date

import numpy as np
import numpy.typing as npt

from benchmarks.real import DATA, HOTEL, hotel_store
from kpi_engine.forecasting.booking import Ledger, books_of, ledger
from kpi_engine.names import Status
from kpi_engine.stats.pickup import candidates, pickup
from kpi_engine.stats.season import plain_index, ratio_to_moving_average, seasonal_index

Array = npt.NDArray[np.float64]

LEADS = (1, 2, 3, 6)
DEVIATION = 0.10
"""How far the months of a simulated season lie from the average one, in the mean over many seasons, some weak and some
strong (gamma, four degrees): what "flat" errs by."""

REACH_SEASON = {(2, 0.2): 8.0, (2, 0.4): 12.5, (5, 0.2): 5.5}
REACH_CURVE = {1: 2.5, 2: 5.5, 3: 7.5, 6: 13.0}
MOST_CLAIMED = 0.05


def run(args: argparse.Namespace) -> None:
    """Print the three tables."""
    print_season_errors(200)
    print_false_seasons(400)
    if (DATA / HOTEL).exists():
        print_booking_curve()
    else:
        print("booking curve: skipped, ../shared/data is not there")


# --- the season ----------------------------------------------------------------------------------------------------


def waves(rng: np.random.Generator) -> Array:
    """A season of two harmonics, the second half as strong."""
    turn = 2 * np.pi * np.arange(12) / 12
    a, b, c, d = rng.normal(size=4) * (1, 1, 0.5, 0.5)
    return np.asarray(a * np.sin(turn) + b * np.cos(turn) + c * np.sin(2 * turn) + d * np.cos(2 * turn))


def peak(rng: np.random.Generator) -> Array:
    """One high season of two months, the rest of the year alike."""
    return np.roll([1.0, 0.8, *[0.0] * 10], int(rng.integers(12)))


def own(rng: np.random.Generator) -> Array:
    """Each month its own, nothing smooth about it: the hardest case."""
    return rng.normal(size=12)


def simulated(
    rng: np.random.Generator, shape: Callable[[np.random.Generator], Array], years: int, cv: float
) -> tuple[Array, npt.NDArray[np.int64], Array]:
    """A series with a trend, the calendar months of it, and its true index."""
    drawn = shape(rng)
    strength = DEVIATION * rng.gamma(4.0, 0.25)
    index = np.maximum(1 + strength * (drawn - drawn.mean()) / np.abs(drawn - drawn.mean()).mean(), 0.05)
    n = 12 * years
    place = (np.arange(n) + int(rng.integers(12))) % 12
    growth = np.exp(rng.normal(0, 0.1) * np.arange(n) / 12)
    return 100 * growth * index[place] * rng.gamma(1 / cv**2, cv**2, n), place + 1, index


def season_errors(
    shape: Callable[[np.random.Generator], Array], years: int, cv: float, n_series: int, seed: int = 1
) -> dict[str, float]:
    """Mean absolute error of the index in points, by method, and the share of months inside ours' 80 % interval."""
    rng = np.random.default_rng(seed)
    errors: dict[str, list[float]] = {"flat": [], "moving average": [], "plain GLM": [], "ours": []}
    covered = []
    for _ in range(n_series):
        values, months, index = simulated(rng, shape, years, cv)
        found = seasonal_index(values, months, n_permutations=19)
        told = {
            "flat": np.ones(12),
            "moving average": ratio_to_moving_average(values, months),
            "plain GLM": plain_index(values, months),
            "ours": found.index,
        }
        for name, one in told.items():
            errors[name].append(float(np.abs(one - index).mean() * 100))
        covered.append(float(np.mean((found.lower <= index) & (index <= found.upper)) * 100))
    return {name: float(np.mean(all_of)) for name, all_of in errors.items()} | {"in 80 %": float(np.mean(covered))}


def print_season_errors(n_series: int) -> None:
    """One row per shape and length of the series."""
    print(f"Seasonal index, mean absolute error in points ({n_series} series each)")
    head = ("season", "years", "CV", "flat", "moving average", "plain GLM", "ours", "in 80 %", "reach")
    _line(head)
    for shape in (waves, peak, own):
        for (years, cv), reach in REACH_SEASON.items():
            found = season_errors(shape, years, cv, n_series)
            shown = (f"{found[name]:.1f}" for name in head[3:8])
            verdict = _said(found["ours"] <= reach, f"<= {reach}") if shape is not own else "-"
            _line((shape.__name__, str(years), f"{cv:.0%}", *shown, verdict))


def false_seasons(draw: Callable[[int], Array], years: int, n_series: int) -> float:
    """The share of series without a season that are called seasonal."""
    months = np.arange(12 * years, dtype=np.int64) % 12 + 1
    return sum(seasonal_index(draw(12 * years), months).status is Status.OK for _ in range(n_series)) / n_series


def noises(seed: int = 1) -> dict[str, Callable[[int], Array]]:
    """White noise of several kinds, each a function of its length."""
    rng = np.random.default_rng(seed)
    return {
        "money, CV 20 %": lambda n: rng.gamma(25.0, 4.0, n),
        "money, CV 100 %": lambda n: rng.gamma(1.0, 100.0, n),
        "counts around 4": lambda n: rng.poisson(4.0, n).astype(float),
    }


def print_false_seasons(n_series: int) -> None:
    """How often noise is called a season."""
    print(f"\nSeasons claimed on white noise ({n_series} series each; reach <= 5 %)")
    _line(("noise", "2 years", "5 years", ""))
    for name, draw in noises().items():
        found = [false_seasons(draw, years, n_series) for years in (2, 5)]
        _line((name, *(f"{share:.1%}" for share in found), _said(max(found) <= MOST_CLAIMED, "<= 5 %")))


# --- the booking curve ---------------------------------------------------------------------------------------------


def curve_errors(found: Ledger, end: Ledger, first: date, last: date) -> dict[int, dict[str, float]]:
    """WAPE in per cent by lead and method over the months from ``first`` to ``last``, as forecast at the cutoffs of
    ``found``, against what they came to as the newest cutoff of ``end`` knows it; ours with the share of months inside
    its 80 % band."""
    books = books_of(found, max(LEADS))
    rows = [i for i, month in enumerate(found.months) if first <= month <= last]
    came = dict(zip(end.months, end.won[:, end.newest], strict=True))
    actual = np.array([came[found.months[row]] for row in rows])
    errors: dict[int, dict[str, float]] = {}
    for lead in LEADS:
        made = [pickup(books, row, lead) for row in rows]
        parts = [candidates(books, books.known_at(row - lead), row, lead) for row in rows]
        told = {name: np.array([part[name] for part in parts]) for name in parts[0]}
        booked = found.won + found.open_value
        told["on_the_books"] = np.array([booked[row, row - lead] for row in rows])
        told["ours"] = np.array([one.forecast for one in made])
        errors[lead] = {
            name: float(np.abs(forecast - actual).sum() / actual.sum() * 100) for name, forecast in told.items()
        }
        inside = [one.lower <= value <= one.upper for one, value in zip(made, actual, strict=True)]
        errors[lead]["in 80 %"] = float(np.mean(inside) * 100)
    return errors


def print_booking_curve() -> None:
    """The hotel, month by month, as forecast one, two, three and six months before."""
    first, last = date(2016, 7, 1), date(2017, 8, 1)
    with hotel_store() as store:
        # Cutoffs lie on the day of the month one looks from: here at the ends of months.
        found, end = ledger(store.read(), as_of=date(2017, 8, 31)), ledger(store.read())
    if found is None or end is None:
        raise RuntimeError("the hotel's bookings hold no date")
    print(f"\nBooking curve, hotel-bookings {first:%Y-%m} to {last:%Y-%m}, WAPE % by months ahead")
    head = ("ahead", "on_the_books", "seasonal_naive", "discounted", "last_year", "ours", "in 80 %", "reach")
    _line(head)
    for lead, errors in curve_errors(found, end, first, last).items():
        verdict = _said(errors["ours"] <= REACH_CURVE[lead], f"<= {REACH_CURVE[lead]}")
        _line((str(lead), *(f"{errors[name]:.1f}" for name in head[1:7]), verdict))


def _said(is_reached: bool, reach: str) -> str:
    return f"{reach}: {'reached' if is_reached else 'NOT REACHED'}"


def _line(cells: Iterable[str]) -> None:
    print(" ".join(f"{cell:>15}" for cell in cells))
