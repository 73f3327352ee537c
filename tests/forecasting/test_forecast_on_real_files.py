"""On files nobody here wrote the forecast is as good as it is said to be, and where nobody can know it says so."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from benchmarks.real import store_of
from kpi_engine.forecasting.months_ahead import forecast
from kpi_engine.forecasting.track_record import OURS, accuracy, on_common_ground

# First forecast made, last month, most that may be missed of what came, all horizons together.
REACHED = {
    "maven-crm": (date(2017, 5, 1), date(2017, 12, 1), 0.13),
    "skygeni-b2b": (date(2023, 5, 1), date(2024, 6, 1), 0.19),
    "zoho-demo": (date(2020, 2, 1), date(2021, 3, 1), 0.33),
}


@pytest.mark.parametrize("name", REACHED)
def test_the_forecast_misses_by_no_more_than_it_may(name, shared_data):
    first, last, most = REACHED[name]
    with store_of(name, shared_data) as store:
        record = accuracy(store.read())
    rows = record.rows
    rows = rows[(rows["made"] >= first) & (rows["month"] <= last)]
    ours = rows[rows["model"] == OURS]
    assert min(ours["made"]) == first
    assert len(ours) >= 20
    missed, mean_of_three, n = on_common_ground(rows, "mean_of_3")
    assert n == len(ours)
    assert missed <= most
    assert missed < mean_of_three
    summary = record.summary[(record.summary["model"] == OURS) & (record.summary["horizon"] == "all")]
    assert 0.72 <= summary["coverage"].iloc[0] <= 0.92


def test_three_wins_a_month_are_too_few(shared_data):
    with store_of("revops-mattsun", shared_data) as store:
        frame, record = forecast(store.read()), accuracy(store.read())
    assert set(frame["status"]) == {"too_few"}
    assert frame["n"].iloc[0] == 37  # its wins from April 2024 to March 2025
    assert np.isnan(frame[["value", "lower", "upper", "open", "new"]].to_numpy(dtype=float)).all()
    assert record.rows.empty
    assert not record.is_ready


def test_part_months_are_no_months(shared_data):
    # The export ends on 20 July 2024: July is forecast as far as it is still to come, and never scored.
    with store_of("skygeni-b2b", shared_data) as store:
        rows, frame = accuracy(store.read()).rows, forecast(store.read(), horizon=0)
    assert max(rows["month"]) == date(2024, 6, 1)
    this_month = frame.iloc[0]
    assert this_month["month"] == date(2024, 7, 1)
    assert this_month["won"] == pytest.approx(274_511, abs=1)  # what the file holds for July so far
    assert this_month["won"] + this_month["open"] + this_month["new"] == pytest.approx(this_month["value"])


def test_a_file_without_its_open_deals_is_no_team_without_orders(shared_data):
    # The export holds no deal that is open on its last day: 3.1 million a month were won in 2024 all the same.
    with store_of("skygeni-b2b", shared_data) as store:
        frame, rows = forecast(store.read(), horizon=3), accuracy(store.read()).rows
    actual = rows[(rows["model"] == OURS) & (rows["horizon"] == 1)]["actual"].tail(6).mean()
    ahead = frame[frame["month"] > date(2024, 7, 1)]
    assert ahead["value"].mean() == pytest.approx(actual, rel=0.2)
    assert set(frame["open"]) == {0}
