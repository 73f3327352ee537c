"""The logistic regression: against a general optimiser, and where there is nothing to learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from kpi_engine.stats.logistic import expit, fit, logit, pulls


def drawn(seed, n=200, k=3):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, k))
    return x, (rng.random(n) < expit(x @ np.array([1.0, -0.5, 0.0])[:k] - 0.5)).astype(float), rng.random(n) + 0.1


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10_000), st.sampled_from([0.5, 5.0, 50.0]))
def test_it_finds_what_a_general_optimiser_finds(seed, ridge):
    x, y, w = drawn(seed)

    def loss(theta):
        z = theta[0] + x @ theta[1:]
        return w @ (np.log1p(np.exp(z)) - y * z) + ridge / 2 * theta[1:] @ theta[1:]

    best = minimize(loss, np.zeros(4), method="BFGS", options={"gtol": 1e-8}).x
    found = fit(x, y, w, ridge)
    assert [found.intercept, *found.coef] == pytest.approx(best, abs=1e-4)


def test_without_columns_it_is_the_weighted_mean():
    y, w = np.array([1.0, 0.0, 0.0]), np.array([2.0, 1.0, 1.0])
    assert fit(np.empty((3, 0)), y, w).probability(np.empty((2, 0))) == pytest.approx([0.5, 0.5])


def test_outcomes_of_one_kind_and_columns_that_say_the_same_are_no_trouble():
    x = np.ones((10, 2))
    assert fit(x, np.ones(10)).probability(x)[0] > 0.99
    twice = np.column_stack([np.arange(10.0), np.arange(10.0)]) - 4.5
    found = fit(twice, (np.arange(10) > 4).astype(float), ridge=1.0)
    assert found.coef[0] == pytest.approx(found.coef[1])
    assert np.isfinite(found.probability(twice)).all()


def test_a_separable_outcome_without_a_ridge_ends_and_stays_finite():
    x = np.arange(10.0)[:, None]
    found = fit(x, (np.arange(10) > 4).astype(float), ridge=0.0)
    assert np.isfinite(found.coef).all()


def test_the_pull_of_a_row_is_about_what_counting_it_more_does():
    x, y, w = drawn(3, n=400)
    one = fit(x, y, w, 5.0)
    more = w.copy()
    more[7] *= 1.5
    moved = fit(x, y, more, 5.0)
    step = 0.5 * pulls(one, x, y, w, 5.0)[7]
    assert [moved.intercept - one.intercept, *(moved.coef - one.coef)] == pytest.approx(step, rel=0.1, abs=1e-5)


@given(st.floats(0.0001, 0.9999))
def test_logit_and_expit_undo_each_other(p):
    assert float(expit(logit(np.array(p)))) == pytest.approx(p)


def test_on_top_of_what_is_known_it_finds_what_a_general_optimiser_finds_and_has_no_intercept():
    x, y, w = drawn(5)
    known = np.linspace(-1.0, 1.0, len(y))

    def loss(theta):
        z = known + x @ theta
        return w @ (np.log1p(np.exp(z)) - y * z) + 2.0 / 2 * theta @ theta

    best = minimize(loss, np.zeros(3), method="BFGS", options={"gtol": 1e-8}).x
    found = fit(x, y, w, 2.0, known)
    assert found.intercept == 0.0
    assert found.coef == pytest.approx(best, abs=1e-4)
    more = w.copy()
    more[7] *= 1.5
    step = 0.5 * pulls(found, x, y, w, 2.0, known)[7]
    assert fit(x, y, more, 2.0, known).coef - found.coef == pytest.approx(step, rel=0.1, abs=1e-5)


def test_without_columns_nothing_is_added_to_what_is_known():
    found = fit(np.empty((3, 0)), np.ones(3), offset=np.zeros(3))
    assert found.logit(np.empty((2, 0))).tolist() == [0.0, 0.0]
