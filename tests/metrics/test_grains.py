"""Weeks, quarters and years begin where the team's settings say, in every query, as the calendar in periods.py has
them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_engine.agreements.settings import change_settings
from kpi_engine.metrics.query import measure
from kpi_engine.metrics.slice import Slice
from kpi_engine.metrics.trend import trend
from kpi_engine.periods import Period, fiscal_quarter, fiscal_year, month, week
from kpi_engine.storage.store import Session
from tests.metrics import histories
from tests.metrics.facts import replace_rows, store_of
from tests.metrics.histories import lives
from tests.metrics.test_movement import days, filled, one_deal, slow
from tests.metrics.test_movement import store as store

LAST = date(2028, 12, 31)
week_starts = st.integers(1, 7)
months = st.integers(1, 12)


def counting(store, **settings: int) -> Session:
    with store.transaction() as session:
        change_settings(session, **settings)
    return store.read()


def period(grain: str, day: date, week_start: int, start_month: int) -> Period:
    """The second implementation: pure arithmetic on dates."""
    if grain == "week":
        return week(day, week_start)
    if grain == "month":
        return month(day)
    return fiscal_quarter(day, start_month) if grain == "quarter" else fiscal_year(day, start_month)


@pytest.fixture(scope="module")
def dated():
    with store_of({}, as_of=LAST) as opened:
        yield opened


@slow
@given(
    st.lists(st.dates(date(2023, 12, 25), date(2026, 1, 10)), min_size=1, max_size=20),
    st.sampled_from(["week", "month", "quarter", "year"]),
    week_starts,
    months,
)
def test_what_happened_is_counted_in_the_periods_of_the_settings(dated, entered, grain, week_start, start_month):
    session = counting(dated, week_start=week_start, fiscal_year_start_month=start_month)
    with dated.transaction() as writing:
        replace_rows(writing, "fct_deals", [{"deal_id": f"d{i}", "created_date": d} for i, d in enumerate(entered)])
    found = measure(session, ["new_deals"], by=[grain])
    expected: dict[date, int] = {}
    day = min(entered)
    while day <= max(entered):
        this = period(grain, day, week_start, start_month)
        expected[this.start] = sum(this.start <= d <= this.end for d in entered)
        day = this.end + timedelta(days=1)
    assert dict(zip(found[grain], found["value"], strict=True)) == expected


@slow
@given(lives(), days, week_starts)
def test_the_trend_ends_its_weeks_on_the_day_before_the_next_begins(store, deals, as_of, week_start):
    filled(store, deals)
    line = trend(counting(store, week_start=week_start), grain="week", as_of=as_of)
    for row in line.to_dict("records"):
        this = week(row["period_start"], week_start)
        assert (row["period_start"], row["period_end"]) == (this.start, min(this.end, as_of))
        assert row["is_part_period"] == (this.end > as_of)
        assert row["open_deals"] == len(histories.open_at(deals, Slice(), row["period_end"]))
    counting(store, week_start=1)


@pytest.mark.parametrize("grain", ["week", "month", "quarter", "year"])
def test_stocks_are_taken_at_the_ends_of_the_same_periods(grain):
    facts = histories.facts_of(one_deal((5, "", "Lead", 1000)))
    with store_of(facts, as_of=date(2026, 12, 31)) as own:
        session = counting(own, week_start=7, fiscal_year_start_month=8)
        found = measure(session, ["open_deals"], by=[grain])
    first = histories.START + timedelta(days=5)
    assert found[grain].iloc[0] == period(grain, first, 7, 8).start
    starts = list(found[grain])
    assert starts == [period(grain, day, 7, 8).start for day in starts]
    assert starts[-1] == period(grain, date(2026, 12, 31), 7, 8).start
