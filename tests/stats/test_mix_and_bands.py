"""Weights that are earned, bands that cover, month effects that are shrunk."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from kpi_engine.stats.bands import (
    PRIOR_DISPERSION,
    dispersion,
    further,
    gamma_band,
    spread_of_sum,
    usual_dispersion,
    usual_variance,
    widened,
)
from kpi_engine.stats.mix import POWER, PSEUDO, earned_weights
from kpi_engine.stats.month_effects import month_design, ridge

ALL = np.ones(2, dtype=bool)


def test_weights_by_hand():
    # Two months of equal weight: errors of .1 and .3 against .2 and .2. The usual error is .2; with two pseudo-errors
    # of it both models have erred by .2 on average.
    error = np.array([[0.1, 0.2], [0.3, 0.2]])
    assert earned_weights(error, np.ones(2), ALL) == pytest.approx([0.5, 0.5])
    # Only the first month counts: (.1 + 2 · .15)/3 against (.2 + 2 · .15)/3.
    first = earned_weights(error, np.array([1.0, 0.0]), ALL)
    assert first[0] / first[1] == pytest.approx((0.5 / 0.4) ** POWER)
    assert PSEUDO == 2.0


def test_a_clearly_better_model_takes_nearly_all():
    error = np.column_stack([np.full(24, 0.05), np.full(24, 0.4)])
    assert earned_weights(error, np.ones(24), ALL)[0] > 0.99


def test_without_a_record_all_that_can_speak_count_alike():
    there = np.array([True, False, True])
    assert earned_weights(np.empty((0, 3)), np.empty(0), there) == pytest.approx([0.5, 0, 0.5])
    assert earned_weights(np.empty((0, 3)), np.empty(0), np.zeros(3, dtype=bool)).sum() == 0


def test_the_dispersion_by_hand():
    # Σw·z² = 1 · 1 + ½ · 9 = 5.5, one month as usual before it: (5.5 + 1)/(1.5 + 1).
    z, weight = np.array([1.0, -3.0, np.nan]), np.array([1.0, 0.5, 1.0])
    assert dispersion(z, weight) == pytest.approx(6.5 / 2.5)
    assert dispersion(np.array([]), np.array([])) == 1.0
    assert usual_dispersion(3) == PRIOR_DISPERSION[2] == usual_dispersion(9)
    # 2.5 · 50, and the tenth of 100 by which every level may be off.
    assert usual_variance(np.array([100.0]), np.array([50.0]), 1) == pytest.approx(125 + 10**2)
    assert widened(25 / 8, 2) == pytest.approx(25 / 8 * 1.5)
    assert further(2) == 1.0 < further(4)


def test_the_band_is_the_middle_of_a_gamma_distribution():
    lower, upper = gamma_band(100.0, 400.0)
    law = stats.gamma(25.0, scale=4.0)
    assert law.cdf(upper) - law.cdf(lower) == pytest.approx(0.8)
    assert 0 < lower < 100 < upper
    drawn = np.random.default_rng(1).gamma(25.0, 4.0, 20_000)
    assert ((drawn >= lower) & (drawn <= upper)).mean() == pytest.approx(0.8, abs=0.01)


def test_a_band_at_nothing():
    assert gamma_band(0.0, 0.0) == (0.0, 0.0)
    lower, upper = gamma_band(0.0, 100.0)
    assert lower == 0.0 < upper


def test_sums_lie_between_independence_and_one_miss_for_all():
    spread = np.array([4.0, 9.0, 1.0])
    assert spread.sum() < spread_of_sum(spread) < np.sqrt(spread).sum() ** 2
    assert spread_of_sum(np.array([7.0])) == pytest.approx(7.0)


def test_ridge_is_least_squares_with_the_penalty_as_more_rows():
    rng = np.random.default_rng(2)
    month = rng.integers(0, 12, 30)
    design, y, weight = month_design(month, True), rng.normal(size=30), rng.random(30)
    penalty = np.array([0.5] + [2.0] * 3 + [3.0] * 12)
    rows = np.vstack([design * np.sqrt(weight)[:, None], np.diag(np.sqrt(penalty))])
    slow = np.linalg.lstsq(rows, np.concatenate([y * np.sqrt(weight), np.zeros(16)]), rcond=None)[0]
    assert ridge(design, y, weight, penalty) == pytest.approx(slow, abs=1e-6)


def test_every_month_is_in_one_quarter_place_and_one_month_of_the_year():
    design = month_design(np.arange(12), True)
    assert design.shape == (12, 16)
    assert (design.sum(axis=1) == 3).all()
    assert design[:, 1:4].sum(axis=0) == pytest.approx([4, 4, 4])
