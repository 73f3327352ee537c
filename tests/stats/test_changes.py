"""Changes of weekly counts and shares: right against slower ways, and seldom found where there are none."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_engine.names import Status
from kpi_engine.stats.changes import MIN_CASES, MIN_WEEKS, beyond_chance, count_change, share_change


def weekly(rng: np.random.Generator, mean: np.ndarray, dispersion: float) -> np.ndarray:
    """Counts that scatter more than Poisson's: variance mean + dispersion · mean²."""
    rate = rng.gamma(1 / dispersion, mean * dispersion) if dispersion else mean
    return rng.poisson(rate).astype(float)


@pytest.mark.parametrize(("mean", "dispersion"), [(3.0, 0.0), (6.0, 0.1), (15.0, 0.3)])
@pytest.mark.parametrize("span", [4, 13])
def test_stable_counts_are_called_changed_about_as_often_as_stated(mean: float, dispersion: float, span: int) -> None:
    rng = np.random.default_rng(5)
    season = 1 + 0.4 * np.sin(np.arange(26 + span) / 52 * 2 * np.pi)
    found = []
    for _ in range(700):
        counts = weekly(rng, mean * season, dispersion)
        found.append(count_change(counts[:26], counts[26:], season[:26], season[26:]).p_value)
    told = np.array([p for p in found if p is not None])
    assert len(told) > 600
    # Three standard errors of a share of 5 % in 700 cases are 2.5 points.
    assert (told < 0.05).mean() < 0.075
    assert (told < 0.01).mean() < 0.025


def test_a_season_that_is_left_in_looks_like_a_change() -> None:
    lean = np.full(13, 2.0)
    usual = np.full(26, 6.0)
    left_in = count_change(usual, lean, np.ones(26), np.ones(13))
    taken_out = count_change(usual, lean, np.ones(26), np.full(13, 1 / 3))
    assert left_in.p_value is not None
    assert taken_out.p_value is not None
    assert left_in.p_value < 0.001
    assert taken_out.p_value > 0.5
    assert taken_out.factor == pytest.approx(1.0)


def test_the_scatter_comes_from_the_weeks_themselves() -> None:
    smooth = count_change(np.tile([5.0, 5.0], 13), np.full(13, 8.0), np.ones(26), np.ones(13))
    rough = count_change(np.tile([0.0, 10.0], 13), np.full(13, 8.0), np.ones(26), np.ones(13))
    assert (smooth.before, smooth.after) == (rough.before, rough.after) == (5.0, 8.0)
    assert smooth.p_value is not None
    assert rough.p_value is not None
    # By hand: log((104.5/13)/(130.5/26)) = 0.4712; Poisson's error sqrt(1/104.5 + 1/130.5) = 0.1313; z = 3.59, and
    # Student's t with 37 degrees of freedom exceeds that in 0.00095 of the cases.
    assert smooth.p_value == pytest.approx(0.00095, abs=0.00005)
    assert rough.p_value > 0.05


def test_two_shares_are_compared_as_chi_square_does() -> None:
    """z² of the two-proportion test is Pearson's chi-square of the 2 × 2 table, worked out here cell by cell."""
    found = share_change(93, 300, 44, 100)
    table = np.array([[93.0, 207.0], [44.0, 56.0]])
    expected = table.sum(1, keepdims=True) @ table.sum(0, keepdims=True) / table.sum()
    chi_square = float(((table - expected) ** 2 / expected).sum())
    assert found.p_value == pytest.approx(math.erfc(math.sqrt(chi_square / 2)))
    assert (found.before, found.after, found.n_before, found.n_after) == (0.31, 0.44, 300, 100)


def test_stable_shares_are_called_changed_about_as_often_as_stated() -> None:
    rng = np.random.default_rng(6)
    told = []
    for _ in range(3000):
        share = rng.uniform(0.15, 0.85)
        early, late = rng.binomial(150, share), rng.binomial(60, share)
        told.append(share_change(int(early), 150, int(late), 60).p_value)
    found = np.array([p for p in told if p is not None])
    assert 0.035 < (found < 0.05).mean() < 0.065


@pytest.mark.parametrize(
    "change",
    [
        count_change(np.full(MIN_WEEKS - 1, 5.0), np.full(4, 5.0), np.ones(MIN_WEEKS - 1), np.ones(4)),
        count_change(np.full(26, 0.3), np.full(4, 3.0), np.ones(26), np.ones(4)),
        count_change(np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0)),
        share_change(0, 0, 0, 0),
        share_change(50, 100, MIN_CASES - 1, MIN_CASES - 1),
        share_change(99, 100, 30, 30),
    ],
)
def test_too_little_says_so_and_keeps_what_was_counted(change) -> None:
    assert (change.status, change.p_value) == (Status.TOO_FEW, None)
    assert change.n_before >= 0


@given(st.lists(st.floats(0, 1) | st.just(math.nan), max_size=12))
def test_many_looks_together_are_holms_step_down(drawn: list[float]) -> None:
    """Written as in Holm's paper: adjust every p, then compare with the level."""
    judged = sorted(p for p in drawn if not math.isnan(p))
    adjusted, highest = {}, 0.0
    for rank, p in enumerate(judged):
        highest = max(highest, min(1.0, (len(judged) - rank) * p))
        adjusted.setdefault(p, highest)
    expected = [not math.isnan(p) and adjusted[p] <= 0.05 for p in drawn]
    assert list(beyond_chance(np.array(drawn, dtype=float))) == expected
