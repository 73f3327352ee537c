"""How good the forecast of won value is, ours beside every plain rule, and what it costs.

- real sets: the table of the walk-forwards, horizons 1 to 3 pooled, over the months named; what must be reached.
- made-up pipelines: the same code on histories whose law is known.
- speed: all numbers of the forecast page beside one full scan ``sum(amount)`` over the deals.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median

import pandas as pd

from benchmarks.lives import LAWS, history_of
from benchmarks.real import DATA, SETS, store_of
from benchmarks.synthetic import write_files
from kpi_engine import workspace
from kpi_engine.forecasting.months_ahead import forecast
from kpi_engine.forecasting.track_record import (
    MODELS,
    OURS,
    accuracy,
    record_rows,
    summarised,
)
from kpi_engine.forecasting.won import ground_of, outlook
from kpi_engine.ingest.history import store_as_of
from kpi_engine.ingest.shapes import Upload
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
    for name in SETS:
        with store_of(name) as store:
            session = store.read()
            record = accuracy(session)
            if record.rows.empty:
                first = forecast(session, horizon=0).iloc[0]
                print(f"{name:32} {first['status']}: {first['n']} wins in twelve months, nothing is forecast")
                continue
        rows = record.rows
        if name in REACH:
            begin, end, most = REACH[name]
            _line(name, rows[(rows["made"] >= begin) & (rows["month"] <= end)], most)
        _line(f"{name}, all that is scored", rows, None)


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
    reach = "" if most is None else f"<= {100 * most:.0f}: {'reached' if wapes[OURS] <= most else 'NOT REACHED'}"
    print(
        f"{name:32} {cells} {wapes[OURS] / min(naive):12.2f} {wapes[OURS] / wapes['mean_of_3']:12.2f} "
        f"{100 * ours['bias']:7.1f} {100 * ours['coverage']:7.0f} {int(ours['n']):4}  {reach}"
    )


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
