"""Scores of forecasts against numbers worked out by hand, and against a slow second reading."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_engine.stats.accuracy import bias, coverage, mase, seasonal_naive_error, wape

months = st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)), min_size=1, max_size=24).filter(
    lambda pairs: sum(a for _, a in pairs) > 1
)


def test_by_hand():
    # Misses of 20, 10 and 30 on 100, 50 and 50: 60 of 200; two too much (30 in all), one too little (30).
    forecast, actual = np.array([120.0, 60.0, 20.0]), np.array([100.0, 50.0, 50.0])
    assert wape(forecast, actual) == pytest.approx(60 / 200)
    assert bias(forecast, actual) == pytest.approx(0.0)
    # A season of two: |2-1|, |5-3|, |2-2| have the mean 1; the misses have the mean 20.
    assert seasonal_naive_error(np.array([1.0, 3.0, 2.0, 5.0, 2.0]), 2) == pytest.approx(1.0)
    assert mase(forecast, actual, 1.0) == pytest.approx(20.0)
    assert coverage(np.array([90.0, 55.0, 0.0]), np.array([110.0, 65.0, 50.0]), actual) == pytest.approx(2 / 3)


@given(months)
def test_they_agree_with_a_slow_second_reading(pairs):
    forecast, actual = (np.array(column) for column in zip(*pairs, strict=True))
    miss = whole = lean = 0.0
    for f, a in pairs:
        miss, whole, lean = miss + abs(f - a), whole + abs(a), lean + (f - a)
    assert wape(forecast, actual) == pytest.approx(miss / whole)
    assert bias(forecast, actual) == pytest.approx(lean / whole, abs=1e-9)
    assert mase(forecast, actual, 2.0) == pytest.approx(miss / len(pairs) / 2.0)
    assert abs(bias(forecast, actual)) <= wape(forecast, actual) + 1e-9


def test_a_month_without_a_forecast_is_left_out_and_nothing_at_all_is_no_number():
    assert wape(np.array([np.nan, 50.0]), np.array([100.0, 100.0])) == 0.5
    nothing = np.array([])
    assert all(map(math.isnan, (wape(nothing, nothing), bias(nothing, nothing), mase(nothing, nothing, 1.0))))
    assert math.isnan(coverage(nothing, nothing, nothing))
    assert math.isnan(wape(np.array([5.0]), np.array([0.0])))
    assert math.isnan(mase(np.array([1.0]), np.array([2.0]), math.nan))
    assert math.isnan(seasonal_naive_error(np.array([1.0, 2.0]), 12))


def test_what_does_not_pair_is_refused():
    with pytest.raises(ValueError, match="do not pair"):
        wape(np.array([1.0]), np.array([1.0, 2.0]))
    with pytest.raises(ValueError, match="at least one period"):
        seasonal_naive_error(np.array([1.0]), 0)
