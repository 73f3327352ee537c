"""Weekly series of KPIs as the files cover them, and the board of the sample: what was planted is found."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from kpi_engine import workspace
from kpi_engine.forecasting.leads import ROW, Board, board, board_of, leading_kpis
from kpi_engine.forecasting.weekly import calendar_of, is_weekly, weekly
from kpi_engine.ingest.shapes import Upload
from kpi_engine.ingest.stage import stage
from kpi_engine.metrics.query import measure
from kpi_engine.metrics.registry import METRICS
from kpi_engine.metrics.slice import Slice
from kpi_engine.storage import Session, Store

MONDAY = date(2025, 1, 6)


@pytest.fixture(scope="module")
def sample(sample_store: Store) -> Session:
    return sample_store.read()


@pytest.fixture(scope="module")
def found(sample: Session) -> Board:
    return board(sample)


def one(found: Board, leading: str, lagging: str) -> dict[str, object]:
    rows = found.rows[(found.rows["leading"] == leading) & (found.rows["lagging"] == lagging)]
    assert len(rows) == 1
    row: dict[str, object] = rows.iloc[0].to_dict()
    return row


# --- the sample ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("result", ["won_deals", "won_value"])
def test_qualified_meetings_lead_orders_by_seven_weeks(found: Board, result: str) -> None:
    row = one(found, "qualified_meetings", result)
    assert row["status"] == "leads"
    assert row["lag_weeks"] in (6, 7, 8)
    assert 0 < row["lower"] < row["effect"] < row["upper"]  # type: ignore[operator]
    assert row["q_value"] <= 0.01  # type: ignore[operator]


def test_hosted_visits_and_proposals_lead_too(found: Board) -> None:
    visits = one(found, "hosted_visits", "won_deals")
    assert (visits["status"], visits["lag_weeks"]) == ("leads", 7)
    assert one(found, "proposals", "won_deals")["lag_weeks"] in (5, 6, 7)


@pytest.mark.parametrize("kpi", ["calls", "emails", "social_touches", "tasks", "notes"])
@pytest.mark.parametrize("result", ["won_deals", "won_value"])
def test_work_whose_weeks_are_drawn_at_random_leads_nothing(found: Board, kpi: str, result: str) -> None:
    assert one(found, kpi, result)["status"] == "no_evidence"


def test_unqualified_meetings_lead_nothing(found: Board) -> None:
    series = found.weekly.assign(unqualified=found.weekly["meetings_held"] - found.weekly["qualified_meetings"])
    row = board_of(series, ["unqualified"], ["won_deals"]).rows.iloc[0]
    assert (row["status"], row["p_value"] > 0.05) == ("no_evidence", True)


def test_every_pair_has_a_row_and_kpis_nobody_recorded_are_said_to_lack_weeks(found: Board) -> None:
    assert list(found.rows.columns) == list(ROW)
    assert len(found.rows) == len(leading_kpis()) * 3
    assert one(found, "visits", "won_deals")["status"] == "not_enough_weeks"
    assert set(found.rows["status"]) <= {"leads", "no_evidence", "not_enough_weeks", "moves_the_other_way"}


def test_the_board_of_a_rep_is_that_reps_alone(sample: Session, found: Board) -> None:
    reps = measure(sample, ["calls"], Slice(), ["owner"])["owner"].dropna()
    of_each = [weekly(sample, ["calls"], Slice(owners=(rep,)))["calls"] for rep in reps]
    together = sum(series.reindex(found.weekly.index).fillna(0) for series in of_each)
    # The first week of each rep may be part of one, and is left out.
    assert (together[8:] == found.weekly["calls"][8:]).all()  # type: ignore[index]


def test_an_earlier_day_sees_nothing_later(sample: Session) -> None:
    early = board(sample, as_of=date(2025, 6, 18), leading=["qualified_meetings"], lagging=["won_deals"])
    assert early.weekly.index.max() == date(2025, 6, 9)
    assert early.rows["weeks"].iloc[0] < 156


def test_other_pairs_change_q_and_nothing_else(sample: Session, found: Board) -> None:
    alone = board(sample, leading=["qualified_meetings"], lagging=["won_deals"]).rows.iloc[0].to_dict()
    among = one(found, "qualified_meetings", "won_deals")
    assert {k: v for k, v in alone.items() if k != "q_value"} == pytest.approx(
        {k: v for k, v in among.items() if k != "q_value"}
    )


# --- weeks -----------------------------------------------------------------------------------------------------------


def store_of(tmp_path: Path, activities: list[tuple[date, str, str]], deals: list[tuple[date, date, str]]) -> Store:
    """Activities (day, type, owner) and won deals (created, closed, owner)."""
    calls = tmp_path / "activities.csv"
    calls.write_text(
        "Activity ID,Owner,Activity Type,Date\n"
        + "".join(f"A{i},{owner},{kind},{day}\n" for i, (day, kind, owner) in enumerate(activities))
    )
    sold = tmp_path / "deals.csv"
    sold.write_text(
        "Deal ID,Owner,Stage,Amount,Created Date,Closed Date,Status\n"
        + "".join(f"D{i},{owner},Won,100,{new},{end},Won\n" for i, (new, end, owner) in enumerate(deals))
    )
    store = Store.in_memory()
    reports = workspace.import_files(store, [Upload(calls, calls.name), Upload(sold, sold.name)], reader=stage)
    assert [report.status for report in reports] == ["committed", "committed"]
    return store


def week(i: int, day: int = 0) -> date:
    return MONDAY + timedelta(days=7 * i + day)


def test_a_week_without_work_is_zero_and_one_before_the_file_is_unknown(tmp_path: Path) -> None:
    calls = [(week(i, 2), "call", "Ann") for i in (4, 5, 8, 10, 12)] + [(week(8, 3), "call", "Ann")]
    won = [(week(0), week(i, 4), "Ann") for i in (1, 2, 6, 12)] + [(week(0), week(13, 1), "Ann")]
    with store_of(tmp_path, calls, won) as store:
        series = weekly(store.read(), ["calls", "won_deals", "qualified_rate"])
    assert series["calls"].tolist()[-8:] == [1, 0, 0, 2, 0, 1, 0, 1]  # weeks 5 to 12; the first of the file is left out
    assert series.index[-1] == week(12)  # the day of the export lies in week 13, which is not over
    by_week = series["won_deals"].to_dict()
    assert (by_week[week(2)], by_week[week(3)], by_week[week(6)], by_week[week(12)]) == (1, 0, 1, 1)
    assert np.isnan(by_week.get(week(1), np.nan))
    assert series["qualified_rate"].isna().all()


def test_a_file_that_ends_early_is_not_followed_by_zeros(tmp_path: Path) -> None:
    calls = [(week(i, 2), "call", "Ann") for i in range(12)]
    won = [(week(0), week(i, 4), "Ann") for i in range(40)]
    with store_of(tmp_path, calls, won) as store:
        series = weekly(store.read(), ["calls", "won_deals"])
    assert series["calls"].dropna().tolist() == [1] * 10  # weeks 1 to 10: the last week of the file may be part of one
    assert series["won_deals"].dropna().index[-1] >= week(38)


def test_a_rep_who_has_left_does_not_go_on_with_zeros(tmp_path: Path) -> None:
    calls = [(week(i, 2), "call", name) for i in range(40) for name in ("Ann", "Bo") if name == "Ann" or i < 20]
    won = [(week(0), week(i, 4), name) for i in range(40) for name in ("Ann", "Bo") if name == "Ann" or i < 20]
    with store_of(tmp_path, calls, won) as store:
        series = weekly(store.read(), ["calls", "won_deals"], Slice(owners=("Bo",)))
    assert series.dropna().index[[0, -1]].tolist() == [week(1), week(19)]


def test_nothing_at_all_is_an_empty_frame() -> None:
    with Store.in_memory() as store:
        series = weekly(store.read(), ["calls", "won_deals"])
        assert (len(series), list(series.columns)) == (0, ["calls", "won_deals"])
        assert set(board(store.read()).rows["weeks"]) == {0}


def test_every_kpi_that_has_weeks_can_be_measured_by_them(sample: Session) -> None:
    names = [name for name in METRICS if is_weekly(name)]
    series = weekly(sample, names)
    assert list(series.columns) == names
    assert (np.diff([day.toordinal() for day in series.index]) == 7).all()
    shares = [name for name in names if METRICS[name].unit.value == "share"]
    assert series[shares].min().min() >= 0
    for name in ("won_deals", "calls", "new_deals"):
        whole = measure(sample, [name], Slice(), ["week"]).set_index("week")["value"]
        assert (series[name].dropna() == whole.reindex(series[name].dropna().index)).all()


def test_the_week_of_christmas_and_of_new_year_are_holidays() -> None:
    starts = [date(2024, 12, 16) + timedelta(days=7 * i) for i in range(4)]
    found = calendar_of(starts)
    assert found.is_christmas.tolist() == [False, True, True, False]
    assert found.turn[3] < 0.03 < 0.95 < found.turn[0] < 1
