"""The balance alarm on its error rates, and its statistic against a slow second implementation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.stats import binom, chi2_contingency, chisquare, norm, poisson

from benchmarks.balance import Reps, false_alarms, found_within, simulated
from kpi_engine.names import Status
from kpi_engine.stats import balance as watched
from kpi_engine.stats.balance import MIN_WEEKS, SEASON_WEEKS, Way, balance, scan, season


@pytest.mark.parametrize(
    "reps",
    [
        Reps(40, 8, 0.6),
        Reps(52, 8, 0.6, is_shared=True),
        Reps(104, 8, 0.6, wave=0.5),
        Reps(52, 40, 0.2),
        Reps(104, 3, 0.4),
    ],
    ids=str,
)
def test_at_most_one_stable_year_in_twenty_raises_an_alarm(reps: Reps) -> None:
    """300 years each: a true rate of 5 % stays below 7.5 % in 97 of 100 draws, and these draws are always the same."""
    assert false_alarms(reps, 300)[0] <= 0.06


@pytest.mark.parametrize("reps", [Reps(104, 10, 0.75), Reps(52, 10, 0.75, wave=0), Reps(104, 15, 0.6)], ids=str)
def test_a_busier_and_poorer_rep_is_found_within_eight_weeks_in_four_of_five_cases(reps: Reps) -> None:
    assert found_within(reps, 300)[0] >= 0.80


def test_few_meetings_tell_little_and_no_promise_is_made_for_them() -> None:
    assert found_within(Reps(104, 3, 0.6), 300)[0] < 0.5


@pytest.mark.parametrize(
    ("more", "share_then", "at_most"),
    # A share that falls alone is an alarm only where chance moves the counts up by a tenth at the same time.
    [(1.3, 0.6, 0.03), (1.3, 0.75, 0.03), (1.0, 0.42, 0.35)],
    ids=["only busier", "busier and better", "only poorer"],
)
def test_both_have_to_move_and_against_each_other(more: float, share_then: float, at_most: float) -> None:
    rng = np.random.default_rng(4)
    mean, share = np.full((300, 112), 10.0), np.full((300, 112), 0.6)
    mean[:, 104:] *= more
    share[:, 104:] = share_then
    counts = rng.poisson(mean * rng.gamma(10.0, 0.1, mean.shape))
    good = rng.binomial(counts, share).astype(float)
    found = scan(counts.astype(float), good, counts.astype(float))
    joint = (found.poorer.max(1) >= watched.LIMIT_POORER) | (found.better.max(1) >= watched.LIMIT_BETTER)
    assert joint.mean() <= at_most


def test_the_other_way_is_found_too() -> None:
    rng = np.random.default_rng(5)
    mean, share = np.full((200, 80), 20.0), np.full((200, 80), 0.5)
    mean[:, 72:] *= 0.6
    share[:, 72:] = 0.8
    counts = rng.poisson(mean)
    good = rng.binomial(counts, share)
    ways = [balance(c, k, c).way for c, k in zip(counts.astype(float), good.astype(float), strict=True)]
    assert ways.count(Way.QUIETER_AND_BETTER) >= 160
    assert Way.BUSIER_AND_POORER not in ways


@pytest.mark.parametrize("weeks", [0, 1, MIN_WEEKS - 1])
def test_too_few_weeks_are_a_status_with_their_number(weeks: int) -> None:
    found = balance(np.full(weeks, 9.0), np.full(weeks, 3.0), np.full(weeks, 9.0))
    assert (found.status, found.n, found.way, found.share) == (Status.TOO_FEW, weeks, None, None)


@pytest.mark.parametrize(("counts", "judged"), [(0.0, 0.0), (9.0, 0.0), (0.2, 0.2)])
def test_where_nothing_or_too_little_was_judged_nothing_is_said(counts: float, judged: float) -> None:
    found = balance(np.full(90, counts), np.full(90, judged), np.full(90, judged))
    assert (found.status, found.n, found.way) == (Status.TOO_FEW, 90, None)


def test_an_alarm_says_what_moved_and_against_what() -> None:
    quantity = np.concatenate([np.full(60, 10.0), np.full(8, 13.0)])
    good = np.concatenate([np.full(60, 7.0), np.full(8, 4.0)])
    found = balance(quantity, good, quantity)
    assert (found.status, found.n, found.way) == (Status.OK, 68, Way.BUSIER_AND_POORER)
    assert (found.last, found.before) == (8, 52)
    assert (found.quantity, found.quantity_before) == (13.0, 10.0)
    assert found.change == pytest.approx(0.3)
    assert (found.share, found.share_before) == (pytest.approx(4 / 13), pytest.approx(0.7))
    assert (found.judged, found.judged_before) == (8 * 13, 52 * 10)


def test_a_slow_drift_is_found_from_year_to_year_and_not_by_the_last_weeks() -> None:
    """More calls every year, of which fewer connect: by a few weeks of each other nothing is to be seen."""
    rng = np.random.default_rng(8)
    years = np.arange(156) / 52
    calls = rng.poisson(14 * (1 + 0.25 * (years - 1.5)) * rng.gamma(20, 1 / 20, (200, 156)))
    connected = rng.binomial(calls, 0.18 - 0.05 * (years - 1.5) * np.ones((200, 1)))
    rows = list(zip(calls.astype(float), connected.astype(float), strict=True))
    found = [balance(c, k, c) for c, k in rows]
    assert sum(one.way is Way.BUSIER_AND_POORER and one.last == 52 for one in found) >= 140
    assert sum(balance(c[-103:], k[-103:], c[-103:]).way is not None for c, k in rows) <= 20


def test_the_more_pairs_are_watched_the_more_an_alarm_needs() -> None:
    """Twenty stable years of three pairs each would raise three times as many: the limit rises by the tail's law."""
    of_one = watched.LIMIT_POORER
    assert watched._limit(of_one, 1) == of_one
    for pairs in (3, 10):
        limit = watched._limit(of_one, pairs)
        assert pairs * math.exp(-(limit**2) / 2) == pytest.approx(math.exp(-(of_one**2) / 2))


def test_a_season_is_taken_out_once_it_was_seen_twice_and_not_before() -> None:
    rng = np.random.default_rng(6)
    turn = 2 * np.pi * np.arange(156) / (365.25 / 7)
    true = 1 + 0.4 * np.sin(turn)
    counts = rng.poisson(20 * true, (50, 156)).astype(float)
    assert np.abs(season(counts) - true).mean() < 0.06
    assert np.all(season(counts[:, : SEASON_WEEKS - 1]) == 1.0)
    assert np.abs(season(rng.poisson(20.0, (50, 156)).astype(float)) - 1.0).mean() < 0.02


@given(
    weeks=st.lists(
        st.tuples(st.integers(0, 30), st.floats(0, 1), st.floats(0, 1)), min_size=MIN_WEEKS, max_size=SEASON_WEEKS + 9
    )
)
@example(weeks=[(10, 1.0, 0.7), (12, 0.8, 0.6)] * 27 + [(13, 1.0, 0.5), (18, 0.9, 0.4)] * 26)  # from year to year
def test_the_statistic_is_that_of_a_slow_second_implementation(weeks: list[tuple[int, float, float]]) -> None:
    quantity = [float(count) for count, _, _ in weeks]
    judged = [float(round(count * known)) for count, known, _ in weeks]
    good = [float(round(k * part)) for k, (_, _, part) in zip(judged, weeks, strict=True)]
    found = scan(*(np.array([values]) for values in (quantity, good, judged)))
    usual = [float(e) for e in season(np.array([quantity]))[0]]
    assert list(found.windows) == [w for w in (6, 8, 52) if len(weeks) >= max(w + 26, 2 * w if w == 52 else 0)]
    for i, window in enumerate(found.windows):
        told = _slowly(quantity, good, judged, usual, int(window))
        assert (found.poorer[0, i], found.better[0, i]) == pytest.approx(told, abs=1e-6)


def _slowly(
    quantity: list[float], good: list[float], judged: list[float], usual: list[float], window: int
) -> tuple[float, float]:
    """The joint statistic of one window by the likelihoods and tests of scipy.stats, where the engine has closed forms
    over running sums; ``usual`` is what the season lets expect."""
    n = len(quantity)
    old, new = range(max(n - window - 52, 0), n - window), range(n - window, n)
    y, e, m, k = (sum(weeks[t] for t in new) for weeks in (quantity, usual, judged, good))
    y0, e0, m0, k0 = (sum(weeks[t] for t in old) for weeks in (quantity, usual, judged, good))
    if m < 12 or m0 < 24:
        return 0.0, 0.0
    rate, share, before = y0 / e0, k / m, k0 / m0
    # Counts: how much likelier two rates make what was seen than one rate for both, and how the weeks before scatter.
    both = (y + y0) / (e + e0)
    of_counts = poisson.logpmf([y, y0], [y, y0]).sum() - poisson.logpmf([y, y0], [e * both, e0 * both]).sum()
    phi = _spread(chisquare([quantity[t] for t in old], [usual[t] * rate for t in old]).statistic, len(old) - 1)
    z = _root(of_counts, y / e - rate) / math.sqrt(phi)
    # The share: two binomials, and the weeks before as a table of good and not good.
    pooled = (k + k0) / (m + m0)
    of_share = binom.logpmf([k, k0], [m, m0], [share, before]).sum() - binom.logpmf([k, k0], [m, m0], pooled).sum()
    table = np.array([[good[t], judged[t] - good[t]] for t in old if judged[t] > 0])
    degrees = max(len(table) - 1, 1)
    scatter = chi2_contingency(table, correction=False).statistic if 0 < before < 1 else degrees
    phi_share = _spread(scatter, degrees)
    w = _root(of_share, share - before) / math.sqrt(phi_share)
    # What 30 % more, and 30 % fewer of them good, would let expect of each, in standard errors.
    p = min(max(before, 0.02), 0.98)
    a = math.log(1.3) / math.sqrt(phi * (1 / (rate * e) + 1 / (rate * e0)))
    b = 0.3 * p / math.sqrt(phi_share * p * (1 - p) * (1 / m + 1 / m0))
    most, least, higher = (3.0, 1.645, 1.1) if window == 52 else (1.3, 0.5, 1.0)
    # The log likelihood ratio of that change against none, less its mean and over its deviation where there is none.
    moved = np.array([min(abs(z), most), abs(w)])
    ratio = (norm.logpdf(moved, [a, b]) - norm.logpdf(moved)).sum()
    joint = (ratio + (a * a + b * b) / 2) / math.hypot(a, b) / higher
    is_moved = abs(z) >= 0.5 and abs(w) >= least
    is_moved = is_moved and abs(y / e - rate) >= 0.1 * rate and abs(share - before) >= 0.1 * before
    return joint * (is_moved and z > 0 > w), joint * (is_moved and z < 0 < w)


def _spread(pearson: float, degrees: float) -> float:
    """By how much more weeks scatter than chance lets expect, drawn towards not at all as by eight more weeks."""
    return max(1.0, (pearson + 8) / (degrees + 8))


def _root(log_ratio: float, difference: float) -> float:
    """The signed root of the likelihood ratio statistic."""
    return math.copysign(math.sqrt(max(2 * log_ratio, 0.0)), difference) if difference else 0.0


def test_the_same_reps_are_drawn_every_time() -> None:
    first, second = (simulated(np.random.default_rng(1), Reps(52, 5, 0.5), 3, 60, None) for _ in range(2))
    assert np.array_equal(first[0], second[0])
    assert np.array_equal(first[1], second[1])
