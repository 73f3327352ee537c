"""The real exports that forecasts are measured on, read in as anybody would."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kpi_engine import workspace
from kpi_engine.ingest.shapes import Answers, Upload
from kpi_engine.ingest.stage import stage
from kpi_engine.storage.store import Store

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
"""Where they are, beside the project; they are no part of it."""


@dataclass(frozen=True)
class RealSet:
    """``files`` below the folder of all exports; ``key``: what names a deal where the file has no id."""

    files: tuple[str, ...]
    key: tuple[str, ...] | None = None


SETS: dict[str, RealSet] = {
    "maven-crm": RealSet(("maven-crm/sales_pipeline.csv",)),
    "skygeni-b2b": RealSet(("skygeni-b2b/skygeni_sales_data.csv",)),
    "zoho-demo": RealSet(("zoho-demo/Potentials.csv",), ("row",)),
    "revops-mattsun": RealSet(("revops-mattsun/opportunities.csv", "revops-mattsun/opp_stage_history.csv")),
}


@contextmanager
def store_of(name: str, folder: Path = DATA) -> Iterator[Store]:
    """A store in memory with one of the sets in it."""
    chosen = SETS[name]
    uploads = [Upload(folder / file, Path(file).name) for file in chosen.files]
    answers = {upload.name: Answers(key=chosen.key) for upload in uploads} if chosen.key else {}
    with Store.in_memory() as store:
        reports = workspace.import_files(store, uploads, answers, reader=stage)
        if any(report.status != "committed" for report in reports):
            raise RuntimeError(f"{name} was not read: {reports}")
        yield store
