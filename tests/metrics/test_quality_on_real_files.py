"""Files nobody here wrote: counts by type, success by number of contacts, and an honest unknown."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpi_engine import workspace
from kpi_engine.commands.cli import main
from kpi_engine.ingest.shapes import Answers, ImportReport, Upload
from kpi_engine.ingest.stage import stage
from kpi_engine.metrics.query import measure
from kpi_engine.metrics.rates import endings, touches_in_order, with_intervals
from kpi_engine.names import Kind
from kpi_engine.storage.store import Store

BANK = {"owner": "", "activity_type": "contact", "touches": "campaign", "outcome": "y", "minutes": ""}


def brought_in(store: Store, *files: Path, answers: Answers | None = None) -> list[ImportReport]:
    uploads = [Upload(file, file.name) for file in files]
    return workspace.import_files(store, uploads, {u.name: answers for u in uploads} if answers else None, reader=stage)


@pytest.fixture(scope="module")
def bank(shared_data: Path) -> Iterator[Store]:
    with Store.in_memory() as store:
        file = shared_data / "uci-bank-marketing" / "bank-full.csv"
        answers = Answers(kind=Kind.ACTIVITIES, mapping=BANK | {"occurred_at": ""})
        (report,) = brought_in(store, file, answers=answers)
        assert (report.status, report.accepted, report.rejected) == ("committed", 45211, 0)
        yield store


def test_more_contacts_and_fewer_yeses_as_published_for_the_bank(bank: Store, shared_data: Path) -> None:
    found = with_intervals(bank.read(), ["success_rate"], by=["touches"])
    found = found.sort_values("touches", key=lambda bands: bands.map(touches_in_order))
    shares = [round(100 * value, 2) for value in found["value"]]
    assert shares == [14.60, 11.20, 11.19, 9.00, 7.88, 7.13, 6.39, 5.93, 6.42, 4.17]
    said: Counter[tuple[int, str]] = Counter()
    with (shared_data / "uci-bank-marketing" / "bank-full.csv").open(encoding="utf-8", newline="") as lines:
        said.update((min(int(row["campaign"]), 10), row["y"]) for row in csv.DictReader(lines, delimiter=";"))
    assert list(found["n"]) == [said[n, "yes"] + said[n, "no"] for n in range(1, 11)]
    assert ((found["lower"] < found["value"]) & (found["value"] < found["upper"])).all()
    assert int(measure(bank.read(), ["successes"])["value"].iloc[0]) == 5289


def test_a_month_without_a_year_is_asked_about_and_rejects_no_row_once_answered(
    tmp_path: Path, shared_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = (shared_data / "uci-bank-marketing" / "bank-full.csv").read_text(encoding="utf-8").splitlines()[:200]
    file, store = tmp_path / "bank.csv", tmp_path / "own.duckdb"
    file.write_text("\n".join(head), encoding="utf-8")
    maps = [f"--map={name}={header}" for name, header in (BANK | {"occurred_at": "month"}).items()]
    command = ["import", str(file), "--kind", "activities", *maps, "--store", str(store), "--json"]
    assert main(command) == 2
    (report,) = json.loads(capsys.readouterr().out)
    (question,) = report["questions"]
    assert question["id"] == "mapping:occurred_at"
    assert "'month' names a month without a year ('may')" in question["text"]
    assert main([*command, "--answer", "mapping:occurred_at="]) == 0
    (report,) = json.loads(capsys.readouterr().out)
    assert (report["accepted"], report["rejected"]) == (199, 0)


def by_type(store: Store) -> dict[str, int]:
    frame = measure(store.read(), ["activities"], by=["activity_type"])
    return {kind: int(n) for kind, n in zip(frame["activity_type"], frame["value"], strict=True)}


def test_the_activities_of_zoho_are_counted_by_type_and_nothing_is_known_of_their_quality(shared_data: Path) -> None:
    folder = shared_data / "zoho-demo"
    with Store.in_memory() as store:
        reports = brought_in(store, *(folder / f"{name}.csv" for name in ("Calls", "Events", "Tasks", "Potentials")))
        assert {report.status for report in reports} == {"committed"}
        counted = by_type(store)
        assert (counted["call"], counted["meeting"], counted["task"]) == (4100, 2978, 2978)
        calls = """
            select coalesce(is_inbound, false), count(*) from fct_activities where activity_type = 'call' group by 1
        """
        assert dict(store.read().rows(calls)) == {True: 3560, False: 540}
        names = ["dials", "qualified_rate", "qualified_meetings", "meetings_held"]
        found = measure(store.read(), names).set_index("kpi")
        assert found.loc["dials", "value"] == 540
        assert list(found.loc[["qualified_rate", "qualified_meetings"], "status"]) == ["no_data", "no_data"]
        assert found.loc[["qualified_rate", "qualified_meetings"], "value"].isna().all()
        told = endings(store.read()).iloc[0]
        assert told["unknown"] == told["held"] == found.loc["meetings_held", "value"] > 0


def test_the_activities_of_revops_are_counted_by_type(shared_data: Path) -> None:
    folder = shared_data / "revops-mattsun"
    with Store.in_memory() as store:
        brought_in(store, folder / "opportunities.csv", folder / "activities.csv")
        assert by_type(store) == {"call": 1622, "email": 1614, "meeting": 831}
        assert measure(store.read(), ["qualified_rate"])["status"].iloc[0] == "no_data"
        told = endings(store.read()).iloc[0]
        assert told["unknown"] == told["held"] > 0
