"""How good the forecast of won value is, ours beside every plain rule, and what it costs.

- real sets: the table of the walk-forwards, horizons 1 to 3 pooled, over the months named; what must be reached.
- made-up pipelines: the same code on histories whose law is known.
- speed: all numbers of the forecast page beside one full scan ``sum(amount)`` over the deals.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

from benchmarks.lives import LAWS, history_of
from benchmarks.real import DATA, SETS, store_of
from benchmarks.synthetic import write_files
from kpi_engine import workspace
from kpi_engine.forecasting.calendar import day_of
from kpi_engine.forecasting.months_ahead import forecast, ground_at
from kpi_engine.forecasting.track_record import (
    MODELS,
    OURS,
    accuracy,
    record_rows,
    summarised,
)
from kpi_engine.forecasting.walkforward import MIXED, SCORED
from kpi_engine.forecasting.won import ground_of, outlook
from kpi_engine.ingest.history import store_as_of
from kpi_engine.ingest.shapes import Upload
from kpi_engine.stats.accuracy import wape
from kpi_engine.storage import Session, Store
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.forecast import forecast_view
from kpi_engine.views.track_record import track_view

REACH: dict[str, tuple[date, date, float]] = {
    "maven-crm": (date(2017, 5, 1), date(2017, 12, 1), 0.13),
    "skygeni-b2b": (date(2023, 5, 1), date(2024, 6, 1), 0.19),
    "zoho-demo": (date(2020, 2, 1), date(2021, 3, 1), 0.33),
}
"""First day a scored forecast was made on, last month scored, and the WAPE to reach."""

MOST_OF_NAIVE, MOST_OF_MEAN, MOST_BIAS, INSIDE = 1.10, 0.90, 0.15, (0.72, 0.92)
"""On any set: of the best plain rule in hindsight, of the mean of three, bias either way, months inside the band."""

_SEEDS = (0, 1)
_NAMES = {
    OURS: "ours",
    "last_month": "last month",
    "mean_of_3": "mean of 3",
    "same_month_last_quarter": "last quarter",
    "same_month_last_year": "last year",
    "crm_weighted": "CRM",
}


def run(args: argparse.Namespace) -> None:
    """Print the three tables."""
    _real()
    _made_up()
    _speed([int(size) for size in args.deals.split(",")])


def _real() -> None:
    print("Real exports, WAPE % of won value, one to three months ahead pooled")
    if not DATA.is_dir():
        print(f"  not measured: {DATA} is not on this machine")
        return
    _head("set")
    inside = []
    for name in SETS:
        with store_of(name) as store:
            session = store.read()
            record = accuracy(session)
            if record.rows.empty:
                first = forecast(session, horizon=0).iloc[0]
                print(f"{name:32} {first['status']}: {first['n']} wins in twelve months, nothing is forecast")
                continue
            if name in REACH:
                inside.append(_what_is_mixed(session, name))
        rows = record.rows
        if name in REACH:
            _line(name, _named_months(rows, name), REACH[name][2])
        _line(f"{name}, all that is scored", rows, None)
    print("\nWhat is mixed there, each by itself, WAPE % over the same months; floor: what chance alone leaves")
    print(f"{'set':32} " + " ".join(f"{model.replace('_', ' '):>24}" for model in MIXED) + f" {'floor':>8}")
    print("\n".join(inside))


def _named_months(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    begin, end, _ = REACH[name]
    return rows[(rows["made"] >= begin) & (rows["month"] <= end)]


def _what_is_mixed(session: Session, name: str) -> str:
    """One line: the WAPE of each forecast that is mixed, by itself, and the floor .8 · √((1 + cv²) / wins a month)."""
    ground = ground_at(session, None)
    assert ground is not None
    found = outlook(ground)
    made, days, known = found.value, ground.days, found.ledger.value[-1]
    rows = []
    for i in np.flatnonzero(days.is_start & made.is_ready):
        for k in range(min(SCORED, int(days.month[-1] - days.month[i]))):
            at = int(days.month[i]) + k
            said = made.won[i, k] + made.parts[i, k]
            rows.append((day_of(int(days.cutoffs[i])), ground.months.month(at), at, *said, known[at]))
    named = _named_months(pd.DataFrame(rows, columns=["made", "month", "at", *MIXED, "actual"]), name)
    cells = []
    for model in MIXED:
        spoke = named[named[model].notna()]
        cells.append(f"{100 * wape(spoke[model].to_numpy(float), spoke['actual'].to_numpy(float)):24.1f}")
    size, square = session.rows("select avg(amount), avg(amount * amount) from fct_deals where status = 'won'")[0]
    wins = float(np.mean(found.ledger.count[-1][sorted(set(named["at"]))]))
    floor = 0.8 * math.sqrt(float(square) / float(size) ** 2 / wins)
    return f"{name:32} {' '.join(cells)} {100 * floor:8.1f}"


def _made_up() -> None:
    print("\nMade-up pipelines, WAPE % of won value, one to three months ahead pooled")
    _head("law")
    for name, law in LAWS.items():
        pooled = []
        for seed in _SEEDS:
            history = history_of(law, seed)
            ground = ground_of(history, history.last_day + 1)
            if ground is not None:
                pooled.append(record_rows(outlook(ground)))
        rows = pd.concat(pooled)
        if rows.empty:
            print(f"{name:32} too few wins, nothing is forecast")
        else:
            _line(name, rows, None)


def _head(first: str) -> None:
    models = " ".join(f"{_NAMES[model]:>12}" for model in MODELS)
    print(f"{first:32} {models} {'/best naive':>12} {'/mean of 3':>12} {'bias':>7} {'inside':>7} {'n':>4}  reach")


def _line(name: str, rows: pd.DataFrame, most: float | None) -> None:
    found = summarised(rows, float("nan"))
    scores = found[found["horizon"] == "all"].set_index("model")
    wapes = {model: float(scores["wape"].get(model, float("nan"))) for model in MODELS}
    ours = scores.loc[OURS]
    # In hindsight, and only where a rule spoke of every month that we did.
    naive = [wapes[m] for m in MODELS if m != OURS and scores["n"].get(m, 0) >= 0.9 * ours["n"]]
    cells = " ".join(f"{100 * wapes[model]:12.1f}" for model in MODELS)
    reach = "" if most is None else _reached(ours, most, wapes[OURS] / min(naive), wapes[OURS] / wapes["mean_of_3"])
    print(
        f"{name:32} {cells} {wapes[OURS] / min(naive):12.2f} {wapes[OURS] / wapes['mean_of_3']:12.2f} "
        f"{100 * ours['bias']:7.1f} {100 * ours['coverage']:7.0f} {int(ours['n']):4}  {reach}"
    )


def _reached(ours: pd.Series, most: float, of_naive: float, of_mean: float) -> str:
    """What was to be reached, and what of it was not."""
    low, high = INSIDE
    missed = {
        f"<= {100 * most:.0f}": ours["wape"] > most,
        f"<= {MOST_OF_NAIVE:.2f} of the best naive": of_naive > MOST_OF_NAIVE,
        f"<= {MOST_OF_MEAN:.2f} of the mean of 3": of_mean > MOST_OF_MEAN,
        f"|bias| <= {100 * MOST_BIAS:.0f}": abs(ours["bias"]) > MOST_BIAS,
        f"inside {100 * low:.0f} to {100 * high:.0f}": not low <= ours["coverage"] <= high,
    }
    told = "; ".join(what for what, is_missed in missed.items() if is_missed)
    return f"<= {100 * most:.0f}, and what holds on any set: {'reached' if not told else f'NOT REACHED: {told}'}"


def _speed(sizes: list[int]) -> None:
    print("\nSpeed: the numbers of the forecast page beside one full scan of the deals")
    print("(first: nothing of this import is known yet; again: another slice or tab, the company's history is kept)")
    names = ("deals", "first/scan", "again/scan", "record/scan", "scan s", "first s", "again s", "record s")
    print(" ".join(f"{name:>12}" for name in names))
    with tempfile.TemporaryDirectory(prefix="tideline-bench-") as folder:
        for size in sizes:
            place = Path(folder) / str(size)
            place.mkdir()
            with Store.open(place / "store.duckdb") as store:
                uploads = [Upload(file, file.name) for file in write_files(place, size)]
                reports = workspace.import_files(store, uploads)
                if [report.status for report in reports] != ["committed", "committed"]:
                    raise RuntimeError(f"the import did not do its work: {reports}")
                print_speed(store.read(), size)


def print_speed(session: Session, size: int) -> None:
    """One line: what the two tabs cost on a store that is filled."""
    day = store_as_of(session)
    assert day is not None
    ask = Ask(day, day, day, day)
    scan = _seconds(lambda: session.value("select sum(amount) from fct_deals"), 9)
    first = _seconds(lambda: forecast_view(session, ask, Who()), 1)
    page = _seconds(lambda: forecast_view(session, ask, Who()), 3)
    record = _seconds(lambda: track_view(session, ask, Who()), 3)
    ratios = [f"{taken / scan:.0f}" for taken in (first, page, record)]
    cells = (f"{size:,}", *ratios, f"{scan:.4f}", f"{first:.2f}", f"{page:.2f}", f"{record:.2f}")
    print(" ".join(f"{cell:>12}" for cell in cells))


def _seconds(work: Callable[[], object], runs: int) -> float:
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return median(taken)
