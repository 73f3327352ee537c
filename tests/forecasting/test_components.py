"""What is fitted in logarithms: it must say the mean of what comes, not its middle."""

import numpy as np
import pytest

from kpi_engine.forecasting.components import corrected, log_linear, smear

MONTHS = np.arange(24) % 12
NEXT = np.array([0, 1, 2])


def test_the_smear_of_a_normal_scatter_is_half_its_variance():
    # E exp(e) = exp(σ²/2) for a normal e; a mean that is off is no scatter.
    left = np.random.default_rng(1).normal(0.7, 0.4, 200_000)
    assert smear(left, np.ones(len(left))) == pytest.approx(np.exp(0.4**2 / 2), rel=0.01)
    assert smear(np.full(5, 0.3), np.ones(5)) == pytest.approx(1.0)


def test_months_that_scatter_are_forecast_at_their_mean():
    rng = np.random.default_rng(2)
    amounts = 100.0 * rng.gamma(4.0, 0.25, (300, 24))  # mean 100, a coefficient of variation of 50 %
    made = np.array([log_linear(actual, 0.05, MONTHS, NEXT).mean() for actual in amounts])
    assert made.mean() == pytest.approx(100.0, abs=4.0)


def test_a_forecast_that_was_right_on_average_is_left_where_it_is():
    rng = np.random.default_rng(3)
    actual, past = 100.0 * rng.gamma(4.0, 0.25, (300, 24)), np.full(24, 100.0)
    age = np.arange(24.0)[::-1]
    level, seasonal = np.mean(
        [corrected(np.full(3, 100.0), past, np.full(24, 500.0), one, age, MONTHS, NEXT) for one in actual], axis=(0, 2)
    )
    assert (level, seasonal) == pytest.approx((100.0, 100.0), abs=4.0)
