"""Looking from an earlier day: what was known then, and nothing of what came after."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from kpi_engine import workspace
from kpi_engine.ingest.shapes import Upload
from kpi_engine.ingest.stage import stage
from kpi_engine.metrics.query import measure
from kpi_engine.metrics.slice import Slice
from kpi_engine.storage.store import load_sql
from tests.conftest import PROJECT

DEALS = """Deal ID,Owner,Stage,Amount,Create Date,Close Date,Is Won,Is Closed
1,Bo,Lost,700,2025-01-06,2025-04-20,false,true
2,Cy,Lead,50,2025-05-01,,false,false
"""
HISTORY = """Deal ID,Changed At,Stage,Amount,Owner
1,2025-01-06,Lead,500,Ann
1,2025-02-10,Won,500,Ann
1,2025-03-15,Lead,700,Bo
1,2025-04-20,Lost,700,Bo
2,2025-05-01,Lead,50,Cy
"""
FEBRUARY, MARCH = date(2025, 2, 28), date(2025, 3, 31)


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    folder = tmp_path_factory.mktemp("as_of")
    (folder / "deals.csv").write_text(DEALS)
    (folder / "history.csv").write_text(HISTORY)
    with workspace.open_store(folder / "own.duckdb") as store:
        files = [Upload(folder / name, name) for name in ("deals.csv", "history.csv")]
        assert {r.status for r in workspace.import_files(store, files, reader=stage)} == {"committed"}
        yield store.read()


def values(session, names, **more):
    frame = measure(session, names, **more)
    return dict(zip(frame["kpi"], frame["value"], strict=True))


def test_a_deal_reopened_and_lost_later_counts_as_won_before(session):
    names = ["won_deals", "won_value", "lost_deals", "new_deals", "new_value", "cycle_days_total"]
    then = values(session, names, as_of=FEBRUARY)
    assert list(then.values()) == [1, 500, 0, 1, 500, 35]
    assert list(values(session, names[:4], as_of=MARCH).values()) == [0, 0, 0, 1]
    assert list(values(session, names[:4]).values()) == [0, 0, 1, 2]


def test_the_owner_of_then_is_credited(session):
    assert values(session, ["won_deals"], ask=Slice(owners=("Ann",)), as_of=FEBRUARY)["won_deals"] == 1
    assert measure(session, ["won_deals"], by=["owner"], as_of=FEBRUARY)["owner"].tolist() == ["Ann"]
    assert values(session, ["lost_deals"], ask=Slice(owners=("Ann",)))["lost_deals"] == 0


def test_the_day_of_closing_is_the_one_known_then(session):
    months = measure(session, ["won_deals"], by=["month"], as_of=FEBRUARY)
    assert months[months["value"] > 0]["month"].tolist() == [date(2025, 2, 1)]


def test_seen_from_the_last_day_the_deals_are_those_of_the_facts(tmp_path):
    with workspace.open_store(tmp_path / "own.duckdb") as store:
        files = [PROJECT / "data" / "sample" / f"{name}.csv" for name in ("deals", "stage_history", "people")]
        workspace.import_files(store, [Upload(file, file.name) for file in files], reader=stage)
        sql = f"select * from ({load_sql('kpi_engine.metrics', 'deals_at')}) order by deal_id"  # noqa: S608 (ours)
        found = store.read().frame(sql, {"at": date(2100, 1, 1)})
        facts = store.read().frame("select * from fct_deals order by deal_id")[list(found.columns)]
    assert len(found) > 1000
    pd.testing.assert_frame_equal(found, facts)
