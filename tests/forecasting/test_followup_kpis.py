"""The KPIs of following up, counted a second time from the very files."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from kpi_engine.metrics.query import measure
from kpi_engine.metrics.slice import Slice
from kpi_engine.storage.store import Store
from tests.conftest import PROJECT
from tests.forecasting.test_worklist import days, row
from tests.metrics.facts import only
from tests.model.raw import built, deals

SAMPLE = PROJECT / "data" / "sample"
EXPORTED = "2026-08-31"


@pytest.fixture(scope="module")
def exported() -> pd.DataFrame:
    """The sample's open deals, as their file has them."""
    frame = pd.read_csv(SAMPLE / "deals.csv")
    return frame[frame["Status"] == "Open"]


@pytest.fixture(scope="module")
def calls() -> pd.DataFrame:
    frame = pd.read_csv(SAMPLE / "activities.csv")
    return frame.assign(day=frame["Date"].str[:10])


def figure(store: Store, name: str, ask: Slice | None = None, **more: Any) -> dict[str, object]:
    return only(measure(store.read(), [name], ask or Slice(), **more))


@pytest.mark.parametrize("owner", [None, "Lucia Ferrand"])
def test_coverage_is_the_share_with_an_agreed_day_ahead(
    sample: Store, exported: pd.DataFrame, calls: pd.DataFrame, owner: str | None
) -> None:
    mine = exported if owner is None else exported[exported["Deal Owner"] == owner]
    planned = set(calls[(calls["day"] >= EXPORTED) & (calls["Done"] == "No")]["Deal ID"])
    agreed = (mine["Next Step Date"] >= EXPORTED) | mine["Deal ID"].isin(planned)
    found = figure(sample, "next_step_coverage", Slice(owners=(owner,) if owner else ()))
    assert (found["n"], found["status"]) == (len(mine), "ok")
    assert found["value"] == pytest.approx(agreed.sum() / len(mine))


def test_follow_ups_on_time_are_days_on_which_something_was_done(
    sample: Store, exported: pd.DataFrame, calls: pd.DataFrame
) -> None:
    due = exported[exported["Next Step Date"] < EXPORTED]
    kept = 0
    for deal, day, last in zip(due["Deal ID"], due["Next Step Date"], due["Last Activity Date"], strict=True):
        agreed = date.fromisoformat(day)
        window = {str(agreed + timedelta(days=i)) for i in range(-7, 2)}
        done = calls[(calls["Deal ID"] == deal) & (calls["Done"] == "Yes") & (calls["day"] <= EXPORTED)]["day"]
        kept += bool(window & {*done, str(last)[:10]})
    found = figure(sample, "follow_up_on_time_rate")
    assert 0 < kept < len(due)
    assert (found["n"], found["value"]) == (len(due), pytest.approx(kept / len(due)))
    assert found["status"] == "inferred"  # a single export: what was kept had been typed over


def test_stale_value_adds_the_amounts_of_what_stands_still(sample: Store, exported: pd.DataFrame) -> None:
    found = figure(sample, "stale_value")
    assert found["status"] == "ok"
    assert 0 < found["n"] < len(exported)
    assert found["value"] <= exported["Amount"].sum()
    assert figure(sample, "stale_value", Slice(is_nothing=True))["status"] == "no_data"


def test_weekly_exports_see_the_steps_that_were_kept() -> None:
    first = [row(f"d{i}", next_step_date=f"2026-03-0{2 + i}", last_activity_at="2026-02-01") for i in range(5)]
    second = [
        one | {"next_step_date": "2026-04-01", "last_activity_at": one["next_step_date"]} if i < 4 else one
        for i, one in enumerate(first)
    ]
    session = built(deals("2026-03-01", *days(first)), deals("2026-03-10", *days(second)))
    found = only(measure(session, ["follow_up_on_time_rate"]))
    assert (found["value"], found["n"], found["status"]) == (pytest.approx(4 / 5), 5, "ok")
    of_some = only(measure(session, ["follow_up_on_time_rate"], date_from=date(2026, 3, 5)))
    assert (of_some["n"], of_some["status"]) == (2, "too_few")


def test_a_day_later_is_in_time_and_two_days_later_is_not() -> None:
    first = [row(f"d{i}", next_step_date=f"2026-03-0{2 + i}") for i in range(5)]
    done = ["2026-03-02", "2026-03-04", "2026-03-06", "2026-03-09", "2026-03-03"]  # 0, 1, 2, 4 days late, 3 early
    second = [
        one | {"next_step_date": "2026-04-01", "last_activity_at": day} for one, day in zip(first, done, strict=True)
    ]
    session = built(deals("2026-03-01", *days(first)), deals("2026-03-10", *days(second)))
    found = only(measure(session, ["follow_up_on_time_rate"]))
    assert (found["value"], found["n"], found["status"]) == (pytest.approx(3 / 5), 5, "ok")


def test_an_earlier_day_asks_whose_the_deals_were_then() -> None:
    first = [row(f"d{i}", next_step_date=f"2026-03-0{2 + i}", last_activity_at="2026-02-01") for i in range(5)]
    second = [one | {"owner": "Bo"} for one in first]
    session = built(*(deals(day, *days(first)) for day in ("2026-03-01", "2026-03-10")),
                    deals("2026-04-10", *days(second)))  # fmt: skip

    def asked(owner: str, at: date) -> object:
        return only(measure(session, ["follow_up_on_time_rate"], Slice(owners=(owner,)), as_of=at))["n"]

    then, now = date(2026, 3, 10), date(2026, 4, 10)
    assert (asked("Ann", now), asked("Bo", now)) == (0, 5)
    assert (asked("Ann", then), asked("Bo", then)) == (5, 0)


def test_without_next_steps_in_the_export_there_is_no_number() -> None:
    session = built(deals("2026-03-10", *days([row("a"), row("b")])))
    frame = measure(session, ["next_step_coverage", "follow_up_on_time_rate", "stale_value", "pushed_value"])
    assert frame["status"].tolist() == ["no_data"] * 4
