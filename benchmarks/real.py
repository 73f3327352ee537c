"""The real exports that chances and forecasts are measured on, read in as anybody would."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from kpi_engine import workspace
from kpi_engine.ingest.shapes import Answers, Upload
from kpi_engine.ingest.stage import stage
from kpi_engine.storage.store import Store

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
"""Where they are, beside the project; they are no part of it."""

HOTEL = Path("hotel-bookings") / "hotel_bookings.csv"
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip


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
    with _imported(uploads, answers) as store:
        yield store


@contextmanager
def hotel_store(folder: Path = DATA, every: int = 1) -> Iterator[Store]:
    """A store in memory with the hotel's bookings, all or every so many of them, imported as any export is."""
    with tempfile.TemporaryDirectory(prefix="tideline-bench-") as place:
        deals = Path(place) / "hotel_deals.csv"
        with deals.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows(hotel_deals(folder / HOTEL, every))
        with _imported([Upload(deals, deals.name)], {}) as store:
            yield store


def hotel_deals(file: Path, every: int = 1) -> Iterable[tuple[object, ...]]:
    """Bookings as deals, a row of headings first: made on arrival less lead time, won when checked out, lost when
    cancelled or not shown up, and that on the day of the status; worth rate times nights. What was sold is the hotel
    and the rate (refundable or not); who brought it is the agent."""
    yield ("Deal ID", "Deal Owner", "Stage", "Status", "Amount", "Lead Source", "Product", "Segment", "Created Date",
           "Closed Date", "Delivery Date")  # fmt: skip
    with file.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines)):
            if number % every:
                continue
            month = _MONTHS.index(row["arrival_date_month"]) + 1
            arrival = date(int(row["arrival_date_year"]), month, int(row["arrival_date_day_of_month"]))
            nights = int(row["stays_in_weekend_nights"]) + int(row["stays_in_week_nights"])
            is_won = row["reservation_status"] == "Check-Out"
            agent = row["agent"] if row["agent"] not in ("", "NULL") else ""
            yield (
                f"B{number:06}", "", "Checked out" if is_won else "Cancelled", "Won" if is_won else "Lost",
                f"{float(row['adr']) * nights:.2f}", f"Agent {agent}" if agent else row["market_segment"],
                f"{row['hotel']}, {row['deposit_type']}", f"{row['market_segment']}, {row['customer_type']}",
                arrival - timedelta(days=int(row["lead_time"])), row["reservation_status_date"], arrival,
            )  # fmt: skip


@contextmanager
def _imported(uploads: list[Upload], answers: dict[str, Answers]) -> Iterator[Store]:
    with Store.in_memory() as store:
        reports = workspace.import_files(store, uploads, answers, reader=stage)
        if any(report.status != "committed" for report in reports):
            raise RuntimeError(f"the import did not do its work: {reports}")
        yield store
