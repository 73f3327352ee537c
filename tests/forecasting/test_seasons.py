"""The season of the sample is found, that of noise is not, and only whole months count."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from kpi_engine.errors import UnknownName
from kpi_engine.forecasting.seasons import FLOWS, SEASON, monthly, seasons
from kpi_engine.metrics.query import measure
from kpi_engine.storage.store import Store
from tests.forecasting.harbour import LAST, deals, exported
from tests.metrics.facts import store_of


def deal(number, closed, amount=100):
    return {"deal_id": f"d{number}", "status": "won", "amount": amount, "closed_date": closed, "created_date": closed}


def test_only_whole_months_count():
    days = [date(2025, 1, 20), date(2025, 2, 3), date(2025, 4, 9), date(2025, 5, 2)]
    with store_of({"fct_deals": [deal(i, day) for i, day in enumerate(days)]}, date(2025, 5, 20)) as store:
        found = monthly(store.read(), "won_value")
    # January is where the data begin, May is not over; March had nothing, and is a month all the same.
    assert found.months == (date(2025, 2, 1), date(2025, 3, 1), date(2025, 4, 1))
    assert list(found.values) == [100, 0, 100]


def test_a_mistyped_year_is_no_beginning():
    days = [date(2009, 3, 20), *(date(2023 + i // 12, 1 + i % 12, 9) for i in range(26))]
    with store_of({"fct_deals": [deal(i, day) for i, day in enumerate(days)]}, date(2025, 3, 5)) as store:
        found = monthly(store.read(), "won_value")
    assert (found.months[0], found.months[-1]) == (date(2023, 2, 1), date(2025, 2, 1))
    assert set(found.values) == {100}


def test_without_amounts_there_is_no_number_and_without_files_none_either():
    rows = [deal(i, date(2023, 1, 5) + timedelta(days=20 * i), None) for i in range(60)]
    with store_of({"fct_deals": rows}, date(2026, 3, 31)) as store:
        assert set(seasons(store.read(), "won_value")["status"]) == {"no_data"}
        assert set(seasons(store.read(), "won_deals")["status"]) == {"too_few"}
    with Store.in_memory() as store:
        frame = seasons(store.read())
        assert list(frame.columns) == list(SEASON)
        assert list(frame["month"]) == list(range(1, 13))
        assert set(frame["status"]) == {"no_data"}


def test_ten_months_are_too_few_and_months_never_seen_have_no_index():
    rows = [deal(i, date(2025, 1, 5) + timedelta(days=10 * i)) for i in range(30)]
    with store_of({"fct_deals": rows}, date(2025, 10, 31)) as store:
        frame = seasons(store.read())
    assert set(frame["status"]) == {"too_few"}
    assert frame["index"].isna().all()
    assert frame["p_value"].isna().all()
    assert list(frame["n"].unique()) == [9]


def test_what_is_no_monthly_flow_is_refused_in_a_sentence():
    with Store.in_memory() as store:
        with pytest.raises(UnknownName, match=r"total_value is not something that happens in a month\. There are"):
            seasons(store.read(), "total_value")
        with pytest.raises(UnknownName, match=r"new_deals has no delivery month\. There are won_value and won_deals"):
            seasons(store.read(), "new_deals", by_delivery=True)
    assert "won_value" in FLOWS
    assert "win_rate" not in FLOWS


def test_the_planted_season_of_the_sample_is_found(sample):
    """Its data/sample/README.md, section 5: wins peak in October and November, deliveries from December to February."""
    session = sample.read()
    planted = [0.85, 0.75, 0.70, 0.60, 0.45, 0.40, 0.45, 0.75, 1.40, 1.95, 2.10, 1.60]
    delivered = [2.11, 1.77, 1.11, 0.90, 0.51, 0.42, 0.30, 0.30, 0.87, 0.60, 0.90, 2.20]
    for frame, truth in (
        (seasons(session, "won_deals"), planted),
        (seasons(session, "won_deals", by_delivery=True), delivered),
    ):
        assert set(frame["status"]) == {"ok"}
        assert np.abs(frame["index"] - truth).mean() < 0.15
        inside = (frame["lower"] <= np.array(truth)) & (np.array(truth) <= frame["upper"])
        assert inside.sum() >= 8  # of twelve months at 80 %: 9.6 on average
    won = seasons(session, "won_value")
    assert set(won["status"]) == {"ok"}
    assert set(won.sort_values("index")["month"].tail(3)) == {9, 10, 11}


def test_the_sales_calls_of_the_sample_have_no_season_and_none_is_claimed(sample):
    assert set(seasons(sample.read(), "calls")["status"]) == {"too_few"}


def test_what_happened_after_the_day_looked_from_changes_nothing(tmp_path):
    made, cutoff = deals(3), date(2025, 1, 31)
    with exported(tmp_path / "later", made, LAST) as later, exported(tmp_path / "then", made, cutoff) as then:
        for kpi, by_delivery in (("won_value", False), ("won_deals", True), ("new_deals", False)):
            one = seasons(later.read(), kpi, as_of=cutoff, by_delivery=by_delivery)
            assert one.equals(seasons(then.read(), kpi, as_of=cutoff, by_delivery=by_delivery))


def test_the_kpi_is_the_row_of_the_month_looked_from(sample):
    session = sample.read()
    kpi = measure(session, ["seasonal_index"]).iloc[0]
    august = seasons(session, "won_value").iloc[7]
    assert (kpi["value"], kpi["n"], kpi["status"]) == (august["index"], august["n"], august["status"])
