"""How often a lead is claimed where there is none, and found where there is one; beside simpler ways to look for it.

- false positives: unrelated pairs that share a season and a trend, with weeks that hang together, as counts and values
- boards: 24 unrelated pairs at a time, any of them reported
- power: a planted lead, and whether its lag is found within a week
- speed: a board of 12 KPIs x 4 results over 156 weeks, beside numpy's own time for its products

All go through the functions the product runs. Seeded: the same numbers every time.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from kpi_engine.forecasting.weekly import calendar_of
from kpi_engine.stats.lead_lag import (
    DRAWS,
    LEVEL,
    Verdict,
    lead_lag,
    lead_lags,
    q_values,
    verdict,
)
from kpi_engine.stats.weekly_series import SHORT_WEEKS, Calendar

Array = npt.NDArray[np.float64]
T = TypeVar("T")

MONDAY = date(2022, 1, 3)
BURN_IN = 26
N_NULL = 800
N_SERIES = 300
N_BOARDS = 300
KINDS = ("poisson", "overdispersed", "value")
CV_AMOUNT = 0.8
OVERDISPERSION = 0.15
MEAN_ACTIVITY, MEAN_RESULT = 12.0, 8.0
STRONG, MILD = 0.75, 0.3
REACH_FALSE, REACH_BOARD, REACH_LAG, REACH_SECONDS = 0.07, 0.10, 0.95, 1.0
REACH_POWER = {(104, 0.20): 0.90, (156, 0.10): 0.85}
"""What a planted lead of a value has to be found in, by weeks and R²."""


@dataclass(frozen=True)
class Cell:
    """One way for two series to be made. ``season``: how far the logarithm of a week's level swings to each side (0.75:
    the peak is more than four times the trough); ``rho``: how weeks hang together. ``r2``: the share of the result's
    variance that the activity of ``lag`` weeks before explains; 0: none."""

    weeks: int
    kind: str
    season: float
    has_trend: bool
    rho: float
    r2: float = 0.0
    lag: int = 7


def run(args: argparse.Namespace) -> None:
    """Print the four tables."""
    print_false_positives(N_NULL)
    print_boards(N_BOARDS)
    print_power(N_SERIES)
    print_speed()


# --- series with a known truth ---------------------------------------------------------------------------------------


def calendar(weeks: int) -> Calendar:
    """The calendar of so many weeks."""
    return calendar_of([MONDAY + timedelta(days=7 * week) for week in range(weeks)])


def shared_by_both(cell: Cell, rng: np.random.Generator) -> Array:
    """Season, holidays and trend (two fifths a year, up or down), 1 in the mean; shape (BURN_IN + weeks,)."""
    n = BURN_IN + cell.weeks
    week = np.arange(n) - BURN_IN
    level = np.ones(n)
    if cell.season:
        turn = 2 * np.pi * (week * 7 / 365.25 - rng.uniform())
        level *= np.exp(cell.season * (np.cos(turn) + np.cos(2 * turn) / 3))
        level[BURN_IN:][calendar(cell.weeks).is_christmas] *= 0.4
    if cell.has_trend:
        level *= np.exp(0.4 * week / 52 * rng.choice([-1.0, 1.0]))
    return level / level[BURN_IN:].mean()


def hanging_together(n: int, rho: float, rng: np.random.Generator) -> Array:
    """Multiples around 1 of a log AR(1) with a standard deviation of 0.3; all 1 where rho is 0."""
    if rho == 0:
        return np.ones(n)
    noise = rng.normal(size=n) * 0.3 * np.sqrt(1 - rho**2)
    level = np.zeros(n)
    for i in range(1, n):
        level[i] = rho * level[i - 1] + noise[i]
    return np.exp(level - 0.045)


def drawn(mean: Array, kind: str, rng: np.random.Generator) -> Array:
    """Counts, or the summed amounts of as many orders, around a mean count per week."""
    rate = mean if kind == "poisson" else mean * rng.gamma(1 / OVERDISPERSION, OVERDISPERSION, len(mean))
    counts = rng.poisson(rate)
    if kind != "value":
        return counts.astype(float)
    spread = np.log(1 + CV_AMOUNT**2)
    return np.array([rng.lognormal(9 - spread / 2, np.sqrt(spread), count).sum() for count in counts])


def simulated(cell: Cell, rng: np.random.Generator) -> tuple[Array, Array]:
    """An activity and a result, shape (weeks,) each."""
    shared = shared_by_both(cell, rng)
    n = len(shared)
    is_plain = cell.kind == "poisson" and not cell.r2
    activity = drawn(
        MEAN_ACTIVITY * shared * hanging_together(n, cell.rho, rng), "poisson" if is_plain else "overdispersed", rng
    )
    mean = MEAN_RESULT * shared * hanging_together(n, cell.rho, rng)
    if cell.r2:
        shock = activity / (MEAN_ACTIVITY * shared) - 1
        mean = mean * np.maximum(1 + slope(cell, shared, shock) * np.roll(shock, cell.lag), 0.05)
    return activity[BURN_IN:], drawn(mean, cell.kind, rng)[BURN_IN:]


def slope(cell: Cell, shared: Array, shock: Array) -> float:
    """How strongly the result has to answer to the shocks of the activity for the planted R².

    The variance of the result in multiples of its mean, squared, is that of ``shared``, that of the shocks times the
    squared slope, and that of the counts (1 / mean), the amounts, their overdispersion and the waves.
    """
    swing = float(np.mean(shared**2))
    noise = (1 + CV_AMOUNT**2 if cell.kind == "value" else 1) / MEAN_RESULT
    noise += swing * ((0 if cell.kind == "poisson" else OVERDISPERSION) + (0.09 if cell.rho else 0))
    return float(np.sqrt(cell.r2 / (1 - cell.r2) * (np.var(shared) + noise) / (swing * np.var(shock))))


# --- ways to look for a lead -----------------------------------------------------------------------------------------


def cross_correlation(activity: Array, result: Array, n_lags: int) -> float:
    """The largest |r| of the raw series over the lags, in standard errors of one lag of white noise."""
    n = len(result)
    x, y = (values - values.mean() for values in (activity, result))
    size = np.sqrt((x @ x) * (y @ y))
    return float(max(abs(x[: n - lag] @ y[lag:]) for lag in range(1, n_lags + 1)) / size * np.sqrt(n))


def granger(activity: Array, result: Array, n_lags: int) -> bool:
    """Whether the activity's past helps to explain the result beside its own past: the F test of Granger (1969)."""
    from scipy.special import fdtrc

    rows = np.arange(n_lags, len(result))
    own = np.column_stack([np.ones(len(rows)), *(result[rows - lag] for lag in range(1, n_lags + 1))])
    both = np.column_stack([own, *(activity[rows - lag] for lag in range(1, n_lags + 1))])
    less, more = (_squares(result[rows], columns) for columns in (own, both))
    free = len(rows) - both.shape[1]
    return bool(fdtrc(n_lags, free, max((less - more) / n_lags / (more / free), 0.0)) <= LEVEL)


def _squares(values: Array, columns: Array) -> float:
    rest = values - columns @ np.linalg.lstsq(columns, values, rcond=None)[0]
    return float(rest @ rest)


@dataclass
class Rates:
    """Shares of the series of a cell, by way of looking. ``near``: of what ours found, the lag within one week."""

    ours: float
    ccf: float
    bonferroni: float
    granger: float
    near: float


def rates(cell: Cell, n_series: int, seed: int) -> Rates:
    """How often each way says that the result follows the activity (in either direction)."""
    from scipy.special import ndtri

    rng = np.random.default_rng(seed)
    weeks = calendar(cell.weeks)
    n_lags = 6 if cell.weeks < SHORT_WEEKS else 12
    said: dict[str, list[bool]] = {"ours": [], "ccf": [], "bonferroni": [], "granger": [], "near": []}
    for _ in range(n_series):
        activity, result = simulated(cell, rng)
        found = lead_lag(activity, result, weeks)
        is_found = found.p_value is not None and found.p_value <= LEVEL
        said["ours"].append(is_found and (not cell.r2 or found.strongest > 0))
        raw = cross_correlation(activity, result, n_lags)
        said["ccf"].append(raw > ndtri(1 - LEVEL / 2))
        said["bonferroni"].append(raw > ndtri(1 - LEVEL / n_lags / 2))
        said["granger"].append(granger(activity, result, n_lags))
        if said["ours"][-1] and found.lag is not None:
            said["near"].append(abs(found.lag - cell.lag) <= 1)
    return Rates(**{name: float(np.mean(told)) if told else float("nan") for name, told in said.items()})


# --- the tables ------------------------------------------------------------------------------------------------------


def false_cells(weeks: int) -> list[Cell]:
    """Season x trend x how the weeks hang together x counts and values."""
    return [
        Cell(weeks, kind, season, has_trend, rho)
        for kind in KINDS
        for season in (0.0, STRONG)
        for has_trend in (False, True)
        for rho in (0.0, 0.6)
    ]


def print_false_positives(n_series: int) -> None:
    """One row per cell: two years in every cell, shorter and longer series where all is shared."""
    print(f"False positives at a nominal {LEVEL:.0%}: {n_series} unrelated pairs per cell")
    _line(("weeks", "kind", "season", "trend", "rho", "ours", "raw CCF", "CCF Bonf.", "Granger"))
    others = [cell for weeks in (45, 60, 156) for cell in false_cells(weeks) if cell.season and cell.has_trend]
    others += [Cell(104, kind, STRONG, True, 0.9) for kind in KINDS]
    told: dict[str, list[float]] = {"ours": [], "ccf": [], "bonferroni": [], "granger": []}
    cells = [*false_cells(104), *others]
    measured = _all(rates, [(cell, n_series, 100 + i) for i, cell in enumerate(cells)])
    for cell, found in zip(cells, measured, strict=True):
        shares = [getattr(found, name) for name in told]
        for name, share in zip(told, shares, strict=True):
            told[name].append(share)
        marks = ("yes" if cell.season else "no", "yes" if cell.has_trend else "no", f"{cell.rho:.1f}")
        _line((str(cell.weeks), cell.kind, *marks, *(f"{share:.1%}" for share in shares)))
    _line(("", "", "", "", "from", *(f"{min(all_of):.1%}" for all_of in told.values())))
    _line(("", "", "", "", "to", *(f"{max(all_of):.1%}" for all_of in told.values())))
    _line(("", "", "", "", "mean", *(f"{np.mean(all_of):.1%}" for all_of in told.values())))
    _judge(
        f"ours at most {max(told['ours']):.1%}", max(told["ours"]) <= REACH_FALSE, f"<= {REACH_FALSE:.0%} in every cell"
    )


def print_boards(n_boards: int) -> None:
    """Any of 24 unrelated pairs reported, either way: as many activities with one result, and 6 with 4."""
    print(f"\nBoards of 24 unrelated pairs with any of them reported ({n_boards} boards each)")
    _line(("weeks", "kind", "pairs", "ours", "as a lead", "p only"))
    shapes = [(Cell(104, kind, STRONG, True, 0.6), k, 24 // k) for kind in KINDS for k in (24, 6)]
    jobs = [(cell, k, m, n_boards, 300 + i) for i, (cell, k, m) in enumerate(shapes)]
    told = []
    for (cell, k, m), (either, leads, small) in zip(shapes, _all(board_rates, jobs), strict=True):
        told.append(either)
        _line((str(cell.weeks), cell.kind, f"{k} x {m}", *(f"{share:.1%}" for share in (either, leads, small))))
    _judge(
        f"ours {np.mean(told):.1%} in the mean, at most {max(told):.1%}",
        max(told) <= REACH_BOARD,
        f"<= {REACH_BOARD:.0%}",
    )


def board_rates(cell: Cell, k: int, m: int, n_boards: int, seed: int) -> tuple[float, float, float]:
    """The share of boards of k activities and m results with a pair reported, with one reported as a lead, and with
    any p up to 5 %."""
    rng = np.random.default_rng(seed)
    weeks = calendar(cell.weeks)
    told = []
    for _ in range(n_boards):
        same = replace(cell, season=cell.season * rng.uniform(0.5, 1))
        leading = np.column_stack([simulated(same, rng)[0] for _ in range(k)])
        results = np.column_stack([simulated(same, rng)[1] for _ in range(m)])
        found = [one for row in lead_lags(leading, results, weeks) for one in row]
        p_values = np.array([np.nan if one.p_value is None else one.p_value for one in found])
        verdicts = [verdict(one, q) for one, q in zip(found, q_values(p_values), strict=True)]
        leads = Verdict.LEADS in verdicts
        told.append((leads or Verdict.OTHER_WAY in verdicts, leads, bool(np.nanmin(p_values) <= LEVEL)))
    either, as_lead, small = np.mean(told, axis=0)
    return float(either), float(as_lead), float(small)


def _all(measured: Callable[..., T], jobs: Sequence[tuple[Any, ...]]) -> list[T]:
    """Each job measured, in as many processes as there are processors; each has a seed of its own."""
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        return list(pool.map(measured, *zip(*jobs, strict=True)))


def print_power(n_series: int) -> None:
    """A lead of seven weeks planted under a shared season and trend."""
    print(f"\nA planted lead found ({n_series} pairs each; R² of all the variance there is, season and trend included)")
    _line(("weeks", "R²", "kind", "ours", "lag +-1", "reach"))
    planted = ((52, 0.4), (104, 0.1), (104, 0.2), (156, 0.05), (156, 0.1))
    cells = [Cell(w, kind, MILD, True, 0.0, r2=r2) for w, r2 in planted for kind in ("value", "overdispersed")]
    measured = _all(rates, [(cell, n_series, 500 + i) for i, cell in enumerate(cells)])
    verdicts = []
    for cell, found in zip(cells, measured, strict=True):
        reach = REACH_POWER.get((cell.weeks, cell.r2)) if cell.kind == "value" else None
        verdicts += [found.near >= REACH_LAG] + ([found.ours >= reach] if reach else [])
        shares = (f"{found.ours:.1%}", f"{found.near:.1%}", f">= {reach:.0%}" if reach else "-")
        _line((str(cell.weeks), f"{cell.r2:.0%}", cell.kind, *shares))
    _judge("power and lags", all(verdicts), f"as in the table; the lag within one week in >= {REACH_LAG:.0%}")


def print_speed() -> None:
    """A board, beside the products in it: the signs of all draws times the columns of every pair."""
    rng = np.random.default_rng(7)
    cell = Cell(156, "overdispersed", STRONG, True, 0.6)
    leading = np.column_stack([simulated(cell, rng)[0] for _ in range(12)])
    results = np.column_stack([simulated(cell, rng)[1] for _ in range(4)])
    weeks = calendar(cell.weeks)
    signs = rng.integers(0, 2, (DRAWS, cell.weeks - 12)) * 2.0 - 1.0
    columns = rng.normal(size=(48, cell.weeks - 12, 12 + 10))
    lead_lags(leading, results, weeks)  # what is imported and drawn once
    board = min(_seconds(lambda: lead_lags(leading, results, weeks)) for _ in range(5))
    products = min(_seconds(lambda: [signs @ one for one in columns]) for _ in range(5))
    print("\nA board of 12 x 4 over 156 weeks (the best of five)")
    print(f"  ours {board:.3f} s; numpy's products alone {products:.3f} s; {board / products:.1f} times as long")
    _judge(f"{board:.3f} s", board < REACH_SECONDS, f"< {REACH_SECONDS:.0f} s")


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _line(cells: Iterable[str]) -> None:
    print(" ".join(f"{cell:>13}" for cell in cells), flush=True)


def _judge(words: str, is_reached: bool, reach: str) -> None:
    print(f"  {words}; reach: {reach}: {'reached' if is_reached else 'MISSED'}", flush=True)
