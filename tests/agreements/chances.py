"""A small store whose estimates are what a test says they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from unittest import mock

from kpi_engine import workspace
from kpi_engine.forecasting import estimates
from kpi_engine.forecasting.estimates import StageEstimate
from kpi_engine.ingest.shapes import Answers, Upload
from kpi_engine.ingest.stage import stage
from kpi_engine.storage.store import Session, Store

AS_OF = date(2026, 1, 31)
FIRST: dict[str, float] = {"Lead": 0.1, "Offer": 0.5, "Won": 0.95}
LATER: dict[str, float] = {"Lead": 0.2, "Offer": 0.4, "Won": 0.95}

HEAD = "Deal ID,Deal Name,Owner,Pipeline,Stage,Amount,Created Date,Close Date"
DEALS = """1,Ferry,Ann,Boats,Lead,1000,2026-01-05,
2,Barge,Bo,Boats,Offer,2000,2026-01-06,
3,Tug,Ann,Boats,Won,300,2026-01-02,2026-01-20
4,Sloop,Bo,Boats,Lost,300,2026-01-02,2026-01-21
5,Pier,Bo,Land,Lead,500,2026-01-07,
"""


@contextmanager
def estimated(chances: Mapping[str, float], pipelines: tuple[str, ...] = ("Boats",)) -> Iterator[None]:
    """Let the history say these chances, in these pipelines; the others have too little of it."""

    def estimate(session: Session, as_of: date | None = None) -> list[StageEstimate]:
        return [
            StageEstimate(pipeline, name, chance, max(chance - 0.05, 0), min(chance + 0.05, 0.99), 40, "history")
            for pipeline in pipelines
            for name, chance in chances.items()
        ]

    with mock.patch.object(estimates, "estimate", estimate):
        yield


def bring_in(store: Store, folder: Path, rows: str = DEALS, as_of: date = AS_OF) -> int:
    """Import deals as they stood on a day; returns the import's number."""
    file = folder / f"deals-{as_of}.csv"
    file.write_text(f"{HEAD}\n{rows}", encoding="utf-8")
    answers = {file.name: Answers(as_of=as_of, filtered="complete")}
    (report,) = workspace.import_files(store, [Upload(file, file.name)], answers, reader=stage)
    assert report.status == "committed", report
    assert report.import_id is not None
    return report.import_id


def a_week_later(rows: str = DEALS) -> tuple[str, date]:
    """The same deals a week later, one amount of them changed."""
    return rows.replace("Offer,2000", "Offer,2500"), AS_OF + timedelta(days=7)
