"""The deals behind each bar of the expected months add up to it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from kpi_engine import workspace
from kpi_engine.agreements.probabilities import Decision, override
from kpi_engine.forecasting.booking import ledger
from kpi_engine.forecasting.planner import plan
from kpi_engine.forecasting.probabilities import refresh
from kpi_engine.ingest.shapes import Upload
from kpi_engine.ingest.stage import stage
from kpi_engine.metrics.query import measure
from kpi_engine.model.build import build
from kpi_engine.storage import Session, Store
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.expected import expected_by_month, expected_deals_view
from kpi_engine.views.overview import overview_view
from tests.model.raw import add, deals

ALL, ONE = Who(), Who("Aroha", ("Aroha Keating",))
AS_OF = date(2026, 8, 31)
ASK = Ask(AS_OF, date(2025, 9, 1), AS_OF, date(2026, 8, 3), currency="AUD")

SMALL = """Deal ID,Deal Name,Owner,Stage,Amount,Create Date,Expected Close Date
1,Late,Ann,Lead,10.10,2026-01-02,2026-02-27
2,Late too,Bo,Offer,20.20,2026-01-02,2026-01-31
3,Now,Ann,Lead,40,2026-01-02,2026-02-28
4,Now unpriced,Ann,Lead,,2026-01-02,2026-02-28
5,Soon,Bo,Offer,80,2026-02-28,2026-03-31
6,Far,Bo,Offer,160,2026-01-02,2027-02-01
7,Last month,Bo,Offer,1000,2026-01-02,2027-01-31
8,Undated,Bo,Lead,320,2026-01-02,
"""


@pytest.fixture(scope="module")
def sample(sample_store: Store) -> Session:
    return sample_store.read()


@pytest.mark.parametrize("who", [ALL, ONE], ids=["all", "one rep"])
@pytest.mark.parametrize("as_of", [AS_OF, date(2025, 6, 18)])
def test_the_deals_behind_every_bar_add_up_to_it(sample: Session, who: Who, as_of: date) -> None:
    ask = replace(ASK, as_of=as_of, date_to=as_of, compare_to=as_of)
    bars = expected_by_month(sample, ask, who)
    kinds = set(bars["timing"])
    assert {"overdue", "month"} <= kinds
    for bar, parts in bars.groupby("bar"):
        behind = expected_deals_view(sample, replace(ask, choice=str(bar)), who)
        assert behind.deals["amount"].sum() == pytest.approx(parts["value"].sum(), abs=0.005)
        assert len(behind.deals) == parts["deals"].sum()
        by_stage = behind.deals.groupby("stage")["amount"].sum()
        for stage_name, value in zip(parts["stage"], parts["value"], strict=True):
            assert by_stage[stage_name] == pytest.approx(value, abs=0.005)
        if who is ONE:
            assert set(behind.deals["owner"]) == {"Aroha Keating"}


def test_each_kind_of_bar_holds_the_deals_it_names(tmp_path: Path) -> None:
    file = tmp_path / "deals.csv"
    file.write_text(SMALL)
    with Store.in_memory() as store:
        [report] = workspace.import_files(store, [Upload(file, file.name)], reader=stage)
        assert (report.status, report.as_of) == ("committed", date(2026, 2, 28))
        ask = Ask(date(2026, 2, 28), date(2026, 1, 1), date(2026, 2, 28), date(2026, 1, 31), currency="EUR")
        bars = expected_by_month(store.read(), ask, ALL)
        names = bars.drop_duplicates("bar").sort_values("bucket_order")
        assert list(names["bar"]) == ["overdue", "2026-02-01", "2026-03-01", "2027-01-01", "later", "none"]
        found: dict[str, list[str]] = {}
        told: dict[str, str] = {}
        for bar in names["bar"]:
            behind = expected_deals_view(store.read(), replace(ask, choice=bar), ALL)
            found[bar], told[bar] = list(behind.deals["deal_name"]), behind.sentence
            assert pd.isna(behind.deals["expected_close_date"]).all() == (bar == "none")
    assert found == {
        "overdue": ["Late too", "Late"],
        "2026-02-01": ["Now", "Now unpriced"],
        "2026-03-01": ["Soon"],
        "2027-01-01": ["Last month"],
        "later": ["Far"],
        "none": ["Undated"],
    }
    assert told["overdue"] == "2 deals overdue, worth €30."
    assert told["2026-02-01"] == "2 deals expected in February 2026, worth €40; 1 of them carries no amount."
    assert told["none"] == "1 deal with no expected date, worth €320."


def test_looked_at_at_the_end_of_an_earlier_period_the_deals_are_those_of_then(sample: Session) -> None:
    then = replace(ASK, date_to=date(2025, 6, 18), choice="overdue")
    bars = expected_by_month(sample, then.at_its_end(), ALL)
    behind = expected_deals_view(sample, then, ALL)
    assert behind.deals["amount"].sum() == pytest.approx(bars.loc[bars["bar"] == "overdue", "value"].sum(), abs=0.005)
    assert (pd.to_datetime(behind.deals["expected_close_date"]) < pd.Timestamp(2025, 6, 18)).all()


def test_expected_value_is_the_same_everywhere_at_the_chances_in_force_on_the_day() -> None:
    rows = [
        {"deal_id": f"{stage}{i}", "stage": stage, "owner": "Ann", "status": "open", "amount": 100,
         "created_at": "2025-01-05", "expected_close_date": "2025-05-10", "crm_probability": chance}
        for stage, chance in (("Talk", 0.2), ("Offer", 0.6))
        for i in range(6)
    ]  # fmt: skip
    found = {}
    with Store.in_memory() as store:
        with store.transaction() as session:
            add(session, deals("2025-02-01", *rows), 1)
            add(session, deals("2025-03-01", *rows), 2)
            build(session)
            refresh(session)
        with store.transaction() as session:
            override(session, Decision("Ann"), None, "Talk", Decimal("0.5"), "as agreed")
        session = store.read()
        for day in (date(2025, 2, 15), date(2025, 3, 1)):
            books = ledger(session, as_of=day)
            assert books is not None
            found[day] = {
                round(float(value), 6)
                for value in (
                    measure(session, ["expected_value"], as_of=day)["value"].iloc[0],
                    expected_by_month(session, Ask(day, day, day, day), ALL)["expected_value"].sum(),
                    books.expected_value[:, books.newest].sum(),
                    plan(session, date(2025, 5, 1), 10_000, as_of=day).expected_value,
                )
            }
    # Talk was at .2 until it was set to .5 on the last day; Offer at .6 all along.
    assert list(found.values()) == [{480.0}, {660.0}]


def test_where_most_is_expected_after_a_year_the_months_of_three_years_have_bars(tmp_path: Path) -> None:
    file = tmp_path / "deals.csv"
    due = {10: "2027-05-01", 20: "2027-06-30", 5: "2026-03-01", 1: "2030-01-01"}
    rows = [f"{amount},Ann,Lead,{amount},2026-02-28,{day}" for amount, day in due.items()]
    file.write_text("\n".join(["Deal ID,Owner,Stage,Amount,Create Date,Expected Close Date", *rows]))
    day = date(2026, 2, 28)
    ask = Ask(day, date(2026, 1, 1), day, date(2026, 1, 31))
    with Store.in_memory() as store:
        workspace.import_files(store, [Upload(file, file.name)], reader=stage)
        bars = overview_view(store.read(), ask, ALL).expected.sort_values("bucket_order")
        assert list(bars["bar"]) == ["2026-03-01", "2027-05-01", "2027-06-01", "later"]
        for bar, value in zip(bars["bar"], bars["value"], strict=True):
            behind = expected_deals_view(store.read(), replace(ask, choice=bar), ALL)
            assert behind.deals["amount"].sum() == value
