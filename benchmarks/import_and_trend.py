"""What an import and the headline trend cost, beside the least that DuckDB itself could do with the same files.

- import: detect, stage, validate, commit, facts and probabilities of deals and five stage changes each, against DuckDB
  reading the same two files into a database file.
  Beside the ratio of seconds stands that of processor seconds: it moves less when other work shares the machine.
- trend: expected value by week and by owner from the facts, against one full scan ``sum(amount)`` over the deals.
- milestones: every conversion and time in stage of all pipelines, against the same scan.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import duckdb

from benchmarks.synthetic import write_files
from kpi_engine import workspace
from kpi_engine.forecasting.milestones import milestones
from kpi_engine.ingest.shapes import Upload
from kpi_engine.metrics.slice import Slice
from kpi_engine.metrics.trend import trend
from kpi_engine.storage import Store

_BARE = "create table {table} as select * from read_csv('{file}', header = true, all_varchar = false)"


@dataclass(frozen=True)
class Measured:
    """Seconds for one size (``…_cpu``: of all cores, the reading child processes included); ratios are computed where
    they are printed."""

    deals: int
    changes: int
    bare_read: float
    bare_read_cpu: float
    whole_import: float
    whole_import_cpu: float
    scan: float
    trend: float
    trend_by_owner: float
    milestones: float


def _seconds(work: Callable[[], object], runs: int = 1) -> float:
    """The median of some runs."""
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return median(taken)


def _seconds_and_cpu(work: Callable[[], object]) -> tuple[float, float]:
    """The seconds something takes once, and the processor seconds of this process and the children it waited for."""
    before = os.times()
    seconds = _seconds(work)
    after = os.times()
    return seconds, sum(after[:4]) - sum(before[:4])


def measure_size(folder: Path, deals: int) -> Measured:
    """Write the files, read them bare, import them whole, ask for the trend. All in one run on one machine."""
    folder.mkdir(parents=True)
    files = write_files(folder, deals)

    def bare() -> None:
        connection = duckdb.connect(str(folder / "bare.duckdb"))
        for table, file in zip(("deals", "changes"), files, strict=True):
            connection.execute(_BARE.format(table=table, file=file))
        connection.close()

    bare_read, bare_read_cpu = _seconds_and_cpu(bare)
    store = Store.open(folder / "store.duckdb")
    reports = []
    whole_import, whole_import_cpu = _seconds_and_cpu(
        lambda: reports.extend(workspace.import_files(store, [Upload(f, f.name) for f in files]))
    )
    if [report.status for report in reports] != ["committed", "committed"] or reports[0].accepted != deals:
        raise RuntimeError(f"the import did not do its work: {reports}")
    session = store.read()
    measured = Measured(
        deals=deals,
        changes=reports[1].accepted,
        bare_read=bare_read,
        bare_read_cpu=bare_read_cpu,
        whole_import=whole_import,
        whole_import_cpu=whole_import_cpu,
        scan=_seconds(lambda: session.value("select sum(amount) from fct_deals"), 9),
        trend=_seconds(lambda: trend(session, Slice(), grain="week"), 5),
        trend_by_owner=_seconds(lambda: trend(session, Slice(), grain="week", by=("owner",)), 5),
        milestones=_seconds(lambda: milestones(session), 3),
    )
    store.close()
    return measured


def run(args: argparse.Namespace) -> None:
    """Measure every size in a folder of its own and print one table."""
    sizes = [int(size) for size in args.deals.split(",")]
    with tempfile.TemporaryDirectory(prefix="tideline-bench-") as folder:
        print_table([measure_size(Path(folder) / str(size), size) for size in sizes])


def print_table(rows: list[Measured]) -> None:
    """Ratios first, the seconds they come from beside them."""
    head = (
        "deals",
        "changes",
        "import/bare",
        "same, cpu",
        "bare s",
        "import s",
        "us/row",
        "trend/scan",
        "by owner/scan",
        "milest./scan",
        "scan s",
        "trend s",
        "by owner s",
        "milestones s",
    )
    print(" ".join(f"{name:>13}" for name in head))
    for r in rows:
        cells = (
            f"{r.deals:,}",
            f"{r.changes:,}",
            f"{r.whole_import / r.bare_read:.1f}",
            f"{r.whole_import_cpu / r.bare_read_cpu:.1f}",
            f"{r.bare_read:.2f}",
            f"{r.whole_import:.2f}",
            f"{r.whole_import / (r.deals + r.changes) * 1e6:.2f}",
            f"{r.trend / r.scan:.1f}",
            f"{r.trend_by_owner / r.scan:.1f}",
            f"{r.milestones / r.scan:.1f}",
            f"{r.scan:.4f}",
            f"{r.trend:.3f}",
            f"{r.trend_by_owner:.3f}",
            f"{r.milestones:.3f}",
        )
        print(" ".join(f"{cell:>13}" for cell in cells))
