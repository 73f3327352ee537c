"""Intervals of ratios, differences and means: against published values, and on how often they hold the truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_engine.stats.rates import Z95, difference_of_shares, mean_of_amounts, ratio_of_counts


@pytest.mark.parametrize(
    ("a", "m", "b", "n", "lower", "upper"),
    [
        # Newcombe (1998), Statistics in Medicine 17, table II, method 10.
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0000),
    ],
)
def test_a_difference_of_shares_is_as_published(a, m, b, n, lower, upper):
    found = difference_of_shares(a / m, m, b / n, n, z=Z95)
    assert found == pytest.approx((lower, upper), abs=5e-5)


def test_a_ratio_of_counts_holds_the_truth_about_as_often_as_it_says():
    chance = np.random.default_rng(3)
    for mean, base in ((8, 30), (40, 60), (150, 20)):
        lower, upper = ratio_of_counts(
            chance.poisson(mean, 4000).astype(float), chance.poisson(base, 4000).astype(float)
        )
        held = np.mean((lower <= mean / base) & (mean / base <= upper))
        assert 0.77 <= held <= 0.85, (mean, base, held)


@given(st.integers(0, 500), st.integers(1, 500))
def test_a_ratio_lies_in_its_own_interval_and_turned_over_in_the_turned_interval(count, base):
    lower, upper = ratio_of_counts(np.array([float(count)]), np.array([float(base)]))
    assert lower[0] - 1e-9 <= count / base <= upper[0] * (1 + 1e-9) + 1e-12
    if count:
        low, high = ratio_of_counts(np.array([float(base)]), np.array([float(count)]))
        assert (1 / high[0], 1 / low[0]) == pytest.approx((lower[0], upper[0]))


def test_nothing_over_nothing_has_no_interval_and_something_over_nothing_no_end():
    lower, upper = ratio_of_counts(np.array([0.0, 3.0]), np.array([0.0, 0.0]))
    assert np.isnan([lower[0], upper[0]]).all()
    assert np.isinf(upper[1])


def test_the_mean_of_amounts_holds_the_truth_about_as_often_as_it_says():
    chance = np.random.default_rng(5)
    # As deals are: most bring nothing, the others an amount that is skewed.
    amounts = chance.gamma(2.0, 500.0, (3000, 60)) * (chance.random((3000, 60)) < 0.4)
    total, squares = amounts.sum(axis=1), (amounts**2).sum(axis=1)
    mean, lower, upper = mean_of_amounts(total, squares, np.full(3000, 60.0))
    assert mean == pytest.approx(amounts.mean(axis=1))
    assert 0.76 <= np.mean((lower <= 400.0) & (upper >= 400.0)) <= 0.82
    assert np.isnan(mean_of_amounts(np.array([5.0]), np.array([25.0]), np.array([1.0]))[1]).all()
