"""Stores made once for the tests of a module: making one takes ten times as long as copying it."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from kpi_engine import workspace
from kpi_engine.ingest.shapes import Upload
from kpi_engine.ingest.stage import stage

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample"


def copied(made: Path, folder: Path) -> Path:
    """A store as one test's own: its file, and all that lies beside it. ``folder``: where to; it may be there."""
    shutil.copytree(made.parent, folder, dirs_exist_ok=True)
    return folder / made.name


@cache
def sample_file() -> Path:
    """A store with all files of the sample in it, made once for a worker and then only copied."""
    folder = Path(tempfile.mkdtemp(prefix="tideline-sample-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with workspace.open_store(folder / "tideline.duckdb") as made:
        files = sorted(SAMPLE.glob("*.csv"))
        reports = workspace.import_files(made, [Upload(file, file.name) for file in files], reader=stage)
        assert {report.status for report in reports} == {"committed"}
    return folder / "tideline.duckdb"
