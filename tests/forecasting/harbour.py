"""A small harbour's deals with their history, and the same files as they would have been exported on an earlier day."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from kpi_engine import workspace
from kpi_engine.ingest.shapes import Answers, Upload
from kpi_engine.ingest.stage import stage
from kpi_engine.storage.store import Store

STAGES = ("Enquiry", "Proposal")
FIRST = date(2023, 1, 2)
LAST = date(2025, 6, 30)


@dataclass(frozen=True)
class Deal:
    """One deal and what happened to it: (day, stage), the first is its creation."""

    deal_id: str
    owner: str
    amount: int
    delivery: date
    steps: tuple[tuple[date, str], ...]

    def until(self, day: date) -> tuple[tuple[date, str], ...]:
        """The steps taken by the end of a day."""
        return tuple(step for step in self.steps if step[0] <= day)


def deals(seed: int, n: int = 240) -> list[Deal]:
    """Deals asked for over two and a half years, most for a day some months later; some win, some are lost after."""
    chance = random.Random(seed)
    made = []
    for number in range(n):
        created = FIRST + timedelta(days=chance.randrange((LAST - FIRST).days))
        steps = [(created, "Enquiry")]
        day = created + timedelta(days=chance.randrange(1, 60))
        if chance.random() < 0.7:
            steps.append((day, "Proposal"))
            day += timedelta(days=chance.randrange(1, 60))
        if chance.random() < 0.9:
            steps.append((day, "Won" if chance.random() < 0.5 else "Lost"))
            if steps[-1][1] == "Won" and chance.random() < 0.1:
                steps.append((day + timedelta(days=chance.randrange(5, 40)), "Lost"))
        delivery = created + timedelta(days=chance.randrange(20, 300))
        made.append(Deal(f"D{number}", chance.choice(("Ann", "Bo")), 100 * chance.randrange(1, 90), delivery,
                         tuple(step for step in steps if step[0] <= LAST)))  # fmt: skip
    return made


def exported(folder: Path, made: list[Deal], as_of: date, *, with_delivery: bool = True) -> Store:
    """A store holding the deals and their history as they were exported at the end of a day."""
    folder.mkdir(parents=True, exist_ok=True)
    seen = [(deal, deal.until(as_of)) for deal in made if deal.until(as_of)]
    head = ["Deal ID", "Owner", "Stage", "Amount", "Create Date", "Close Date", "Expected Close Date", "Is Won",
            "Is Closed"]  # fmt: skip
    with (folder / "deals.csv").open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow([*head, "Delivery Date"] if with_delivery else head)
        for deal, steps in seen:
            day, now = steps[-1]
            is_over = now in ("Won", "Lost")
            expected = deal.steps[0][0] + timedelta(days=45)
            cells = [deal.deal_id, deal.owner, now, deal.amount, steps[0][0], day if is_over else "", expected,
                     str(now == "Won").lower(), str(is_over).lower()]  # fmt: skip
            rows.writerow([*cells, deal.delivery] if with_delivery else cells)
    with (folder / "stage_history.csv").open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["Deal ID", "Changed At", "Stage", "Amount"])
        rows.writerows([deal.deal_id, day, name, deal.amount] for deal, steps in seen for day, name in steps)
    store = workspace.open_store(folder / "store.duckdb")
    files = [folder / "deals.csv", folder / "stage_history.csv"]
    reports = workspace.import_files(
        store, [Upload(f, f.name) for f in files], {f.name: Answers(as_of=as_of) for f in files}, reader=stage
    )
    assert [report.status for report in reports] == ["committed", "committed"], reports
    return store
