"""A season is found where there is one, drawn towards none as far as that is open, and not claimed of noise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from benchmarks.seasons import noises, season_errors, waves
from kpi_engine.names import Status
from kpi_engine.stats import season as subject
from kpi_engine.stats.season import plain_index, ratio_to_moving_average, seasonal_index


def months(n, first=1):
    return (np.arange(n) + first - 1) % 12 + 1


def drawn(seed, years=3, cv=0.3):
    rng = np.random.default_rng(seed)
    n = 12 * years
    wave = 1 + 0.5 * np.sin(2 * np.pi * np.arange(n) / 12)
    return rng.gamma(1 / cv**2, cv**2, n) * wave * 1000


def design(n, *, with_months):
    trend = (np.arange(n) - (n - 1) / 2) / 12
    level = np.eye(12)[np.arange(n) % 12] if with_months else np.ones((n, 1))
    return np.column_stack([level, trend])


def slow_fit(y, columns):
    """The same log-linear model by a general optimiser on the Poisson likelihood."""

    def minus_likelihood(b):
        eta = columns @ b
        return np.sum(np.exp(eta) - y * eta), columns.T @ (np.exp(eta) - y)

    start = np.zeros(columns.shape[1])
    found = optimize.minimize(minus_likelihood, start, jac=True, method="BFGS", options={"gtol": 1e-9, "maxiter": 5000})
    return found.x, np.exp(columns @ found.x)


@pytest.mark.parametrize("seed", range(4))
def test_the_plain_index_is_that_of_a_general_optimiser(seed):
    y = drawn(seed)
    b, _ = slow_fit(y / y.mean(), design(len(y), with_months=True))
    index = np.exp(b[:12])
    assert plain_index(y, months(len(y))) == pytest.approx(index / index.mean(), rel=1e-4)


@pytest.mark.parametrize("seed", range(4))
def test_the_f_test_is_that_of_the_two_models_fitted_elsewhere(seed):
    y = drawn(seed, cv=0.8)
    y = y / y.mean()
    n = len(y)
    _, full = slow_fit(y, design(n, with_months=True))
    _, flat = slow_fit(y, design(n, with_months=False))

    def deviance(mu):
        return 2 * np.sum(y * np.log(y / mu) - (y - mu))

    dispersion = np.sum((y - full) ** 2 / full) / (n - 13)
    expected = stats.f.sf((deviance(flat) - deviance(full)) / 11 / dispersion, 11, n - 13)
    fit = subject._fitted(y, np.arange(n) % 12, with_trend=True)
    assert subject._f_test(fit) == pytest.approx(expected, rel=1e-3)


def test_the_average_over_strengths_is_that_of_the_written_out_distributions():
    y = drawn(5)
    fit = subject._fitted(y / y.mean(), np.arange(len(y)) % 12, with_trend=True)
    basis = np.linalg.svd(np.ones((1, 12)))[2][1:].T  # another basis of the same eleven directions
    x, noise = basis.T @ fit.effects, basis.T @ np.diag(fit.variances) @ basis
    weights, means = [], []
    for smooth in subject._SMOOTHNESS:
        for strength in subject._STRENGTHS:
            prior = strength * basis.T @ subject._season_shape(smooth) @ basis
            of_data = stats.multivariate_t.pdf(x, shape=prior + noise, df=fit.degrees)
            of_strength = stats.norm.pdf(np.log(strength), np.log(subject._USUAL), subject._SPREAD)
            weights.append(of_data * of_strength)
            means.append(basis @ prior @ np.linalg.inv(prior + noise) @ x)
    expected = np.array(weights) @ np.array(means) / np.sum(weights)
    assert subject._shrunk(fit)[0] == pytest.approx(expected, abs=1e-6)


def test_the_moving_average_ratio_of_a_plain_pattern_is_the_pattern():
    pattern = np.array([1.0, 2, 3, 4, 5, 6, 6, 5, 4, 3, 2, 1])
    assert ratio_to_moving_average(np.tile(pattern, 3), months(36)) == pytest.approx(pattern / pattern.mean())


def test_a_pattern_without_noise_is_told_as_it_is():
    pattern = np.array([10.0 * month for month in range(1, 13)])
    found = seasonal_index(np.tile(pattern, 2), months(24))
    assert found.status is Status.OK
    assert found.index == pytest.approx(pattern / 65, rel=1e-3)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    years=st.integers(1, 5),
    factor=st.floats(0.001, 1e6),
    first=st.integers(1, 12),
)
def test_the_index_knows_neither_the_currency_nor_the_month_the_data_begin(seed, years, factor, first):
    values = drawn(seed, years)
    one, other = seasonal_index(values, months(12 * years), 49), seasonal_index(values * factor, months(12 * years), 49)
    assert other.index == pytest.approx(one.index, rel=1e-6)
    assert one.index.mean() == pytest.approx(1)
    assert np.all((one.lower < one.index) & (one.index < one.upper))
    turned = seasonal_index(values, months(12 * years, first), 49)
    assert np.roll(one.index, first - 1) == pytest.approx(turned.index, rel=1e-6)
    assert (turned.p_value or 0) == pytest.approx(one.p_value or 0)


def test_too_few_months_are_a_status_and_say_what_they_can():
    year = seasonal_index(drawn(1, 1), months(12))
    assert (year.status, year.n, year.p_value) == (Status.TOO_FEW, 12, None)
    assert np.all(np.isfinite(year.index))
    part = seasonal_index(drawn(1, 1)[:9], months(9))
    assert (part.status, part.n) == (Status.TOO_FEW, 9)
    assert np.all(np.isnan(part.index))
    assert list(part.years) == [1] * 9 + [0] * 3
    assert seasonal_index(np.zeros(36), months(36)).status is Status.NO_DATA
    assert seasonal_index(np.zeros(0), months(0)).status is Status.NO_DATA


def test_a_month_in_which_nothing_ever_happens_is_low_and_finite():
    values = np.tile([0.0, 5, 6, 7, 8, 9, 9, 8, 7, 6, 5, 4], 3)
    found = seasonal_index(values, months(36))
    assert 0 < found.index[0] < 0.3
    assert np.all(np.isfinite(found.upper))


def test_23_months_are_never_a_fact_and_24_may_be():
    pattern = np.tile([10.0 * month for month in range(1, 13)], 2)
    assert seasonal_index(pattern[:23], months(23)).status is Status.TOO_FEW
    assert seasonal_index(pattern, months(24)).status is Status.OK


@pytest.mark.parametrize("noise", ["money, CV 20 %", "money, CV 100 %", "counts around 4"])
def test_at_most_one_in_twenty_series_of_noise_is_called_seasonal(noise):
    draw = noises(seed=7)[noise]
    found = [seasonal_index(draw(36), months(36), 199).status is Status.OK for _ in range(120)]
    assert sum(found) <= 6


@pytest.mark.parametrize(("years", "cv", "reach"), [(2, 0.2, 8.0), (2, 0.4, 12.5), (5, 0.2, 5.5)])
def test_the_index_errs_less_than_the_plain_one_and_its_interval_covers(years, cv, reach):
    found = season_errors(waves, years, cv, 60, seed=3)
    assert found["ours"] <= reach
    assert found["ours"] < 0.8 * found["plain GLM"]
    assert 72 <= found["in 80 %"] <= 92


def test_two_noisy_years_with_a_strong_season_are_found():
    rng = np.random.default_rng(4)
    wave = 1 + 0.7 * np.cos(2 * np.pi * np.arange(24) / 12)
    found = [seasonal_index(rng.gamma(25, 4, 24) * wave, months(24), 499).status is Status.OK for _ in range(20)]
    assert sum(found) >= 18
