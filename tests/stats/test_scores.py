"""Scores of chances: by hand, against a general optimiser, and on chances that are true."""

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from kpi_engine.stats.scores import Z80, brier_score, by_group, calibration, ece, log_loss, reliability, scores, wilson

WON = np.array([True, False, False, True])
SAID = np.array([0.8, 0.4, 0.1, 0.3])


def test_brier_and_log_loss_by_hand():
    assert brier_score(WON, SAID) == pytest.approx((0.04 + 0.16 + 0.01 + 0.49) / 4)
    assert log_loss(WON, SAID) == pytest.approx(-np.log([0.8, 0.6, 0.9, 0.3]).mean())


def test_one_certain_miss_is_bad_but_not_infinitely():
    assert log_loss(np.array([True]), np.array([0.0])) == pytest.approx(-np.log(1e-6))


def test_ece_by_hand():
    # Two bins of width 0.5: said 0.8 and won; said 0.4, 0.1, 0.3 of which one was won.
    assert ece(WON, SAID, n_bins=2) == pytest.approx((1 * 0.2 + 3 * abs(0.8 / 3 - 1 / 3)) / 4)


def test_slope_and_intercept_are_the_recalibration():
    rng = np.random.default_rng(1)
    p = rng.random(500) * 0.8 + 0.1
    won = rng.random(500) < p**2
    z = np.log(p / (1 - p))
    best = minimize(lambda t: np.sum(np.log1p(np.exp(t[0] + t[1] * z)) - won * (t[0] + t[1] * z)), [0.0, 1.0]).x
    slope, intercept = calibration(won, p)
    assert (intercept, slope) == pytest.approx(best, abs=1e-3)


def test_true_chances_have_slope_one_intercept_zero_and_a_small_ece():
    rng = np.random.default_rng(2)
    p = rng.beta(1, 4, 40_000)
    found = scores(rng.random(40_000) < p, p)
    assert found.slope == pytest.approx(1.0, abs=0.05)
    assert found.intercept == pytest.approx(0.0, abs=0.06)
    assert found.ece < 0.01
    assert found.n == 40_000


def test_what_cannot_be_scored_is_nan_and_not_zero():
    empty = scores(np.array([], dtype=bool), np.array([]))
    assert np.isnan([empty.brier, empty.log_loss, empty.slope, empty.intercept, empty.ece]).all()
    assert empty.n == 0
    assert np.isnan(calibration(WON, np.full(4, 0.3))).all()
    assert np.isnan(calibration(np.ones(4, dtype=bool), SAID)).all()


def test_reliability_keeps_empty_bins_and_puts_one_into_the_last():
    found = reliability(np.array([True, False]), np.array([1.0, 0.05]), n_bins=4)
    assert found.n.tolist() == [1, 0, 0, 1]
    assert np.isnan(found.happened[1])
    assert found.happened[3] == 1.0


def test_the_interval_may_rest_on_fewer_cases_than_entries():
    won, said, group = np.array([True, False] * 10), np.full(20, 0.5), np.zeros(20, dtype=np.int64)
    wide, narrow = by_group(won, said, group, 1, np.array([5.0])), by_group(won, said, group, 1)
    assert wide.upper[0] - wide.lower[0] > narrow.upper[0] - narrow.lower[0]


@given(st.integers(0, 30), st.integers(1, 30))
def test_wilson_holds_the_share_and_stays_within_nothing_and_all(won, more):
    n = won + more
    lower, upper = wilson(np.array(won / n), np.array(float(n)))
    assert 0 <= lower <= won / n <= upper <= 1


def test_eight_in_ten_lie_between_the_normal_point_and_its_opposite():
    assert pytest.approx(NormalDist().inv_cdf(0.9), abs=1e-12) == Z80


def test_wilson_covers_as_often_as_it_says():
    rng = np.random.default_rng(3)
    share = rng.binomial(40, 0.3, 20_000) / 40
    lower, upper = wilson(share, np.full(20_000, 40.0))
    assert np.mean((lower <= 0.3) & (upper >= 0.3)) == pytest.approx(0.8, abs=0.05)
