"""Periods as people write them, and the arithmetic of weeks, months and years."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_engine.periods import fiscal_quarter, fiscal_year, month_add, parse, period_of, spans, week

days = st.dates(date(1990, 1, 1), date(2080, 12, 31))
grains = st.sampled_from(["day", "week", "month", "quarter", "year"])


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2025", "2025-01-01", "2025-12-31"),
        ("2025-Q1", "2025-01-01", "2025-03-31"),
        ("Q3 2025", "2025-07-01", "2025-09-30"),
        ("Q1/25", "2025-01-01", "2025-03-31"),
        ("4Q25", "2025-10-01", "2025-12-31"),
        ("2025-03", "2025-03-01", "2025-03-31"),
        ("03/2025", "2025-03-01", "2025-03-31"),
        ("Mar 2025", "2025-03-01", "2025-03-31"),
        ("März 2025", "2025-03-01", "2025-03-31"),
        ("Feb-24", "2024-02-01", "2024-02-29"),
        ("2025-03-01", "2025-03-01", "2025-03-31"),
        ("H2 2025", "2025-07-01", "2025-12-31"),
        ("2025-W01", "2024-12-30", "2025-01-05"),
        ("FY2025", "2025-01-01", "2025-12-31"),
    ],
)
def test_a_written_period_is_understood(text, start, end):
    period = parse(text)
    assert (str(period.start), str(period.end)) == (start, end)


@pytest.mark.parametrize(
    "text", ["soon", "", "2025-13", "13/2025", "Q5 2025", "2025-W60", "20255", "2025-02-31", "Foo 2025"]
)
def test_a_period_nobody_can_read_is_none(text):
    assert parse(text) is None


def test_ways_to_write_one_period_have_one_label():
    assert len({parse(text).label for text in ("2025-Q1", "Q1 2025", "1Q25", "2025 Q1")}) == 1


def test_a_fiscal_year_is_named_after_the_year_in_which_it_ends():
    assert parse("FY25", fiscal_start_month=7) == fiscal_year(date(2024, 7, 1), 7)
    assert str(parse("FY25 Q2", fiscal_start_month=7).start) == "2024-10-01"


@given(days, grains, st.integers(1, 7))
def test_a_day_is_in_its_period_and_the_next_period_begins_the_day_after(day, grain, week_start):
    period = period_of(day, grain, week_start)
    assert period.start <= day <= period.end
    assert period_of(period.end + timedelta(days=1), grain, week_start).start == period.end + timedelta(days=1)


@given(days, st.integers(1, 7))
def test_a_week_has_seven_days_and_starts_where_it_is_told(day, week_start):
    found = week(day, week_start)
    assert found.days == 7
    assert found.start.isoweekday() == week_start


@given(days, st.integers(1, 12))
def test_fiscal_quarters_lie_in_their_year(day, start_month):
    quarter, year = fiscal_quarter(day, start_month), fiscal_year(day, start_month)
    assert year.start <= quarter.start <= day <= quarter.end <= year.end
    assert year.start.month == start_month


@given(days, st.integers(0, 400), grains)
def test_spans_cover_every_day_once(day, more, grain):
    end = day + timedelta(days=more)
    found = spans(day, end, grain)
    assert found[0].start <= day
    assert found[-1].end >= end
    assert all(earlier.end + timedelta(days=1) == later.start for earlier, later in pairwise(found))


@given(days, st.integers(-60, 60))
def test_months_can_be_added_and_taken_away(day, months):
    later = month_add(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
