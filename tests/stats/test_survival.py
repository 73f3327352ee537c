"""Cumulative incidence: against published figures, a second way of working it out, and its own error rates."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_engine.stats.survival import incidence, interval

# Freireich and others (1963), weeks in remission of 21 children on 6-mercaptopurine; 0 in the second row: still in it.
# Survival, its standard error (Greenwood) and the median of 23 weeks as in Kleinbaum and Klein, Survival Analysis,
# chapter 2, and in Gehan (1965).
WEEKS = np.array([6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35])
RELAPSED = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0])
PUBLISHED = {
    6: (0.8571, 0.0764),
    7: (0.8067, 0.0869),
    10: (0.7529, 0.0963),
    13: (0.6902, 0.1068),
    16: (0.6275, 0.1141),
    22: (0.5378, 0.1282),
    23: (0.4482, 0.1346),
}


def test_the_published_survival_of_the_leukaemia_trial_and_its_standard_errors():
    found = incidence(WEEKS, RELAPSED)
    assert list(found.ages) == list(PUBLISHED)
    for week, (survival, error) in PUBLISHED.items():
        share, variance = found.by(1, week)
        assert found.waiting(week) == pytest.approx(survival, abs=5e-5)
        assert 1 - share == pytest.approx(survival, abs=5e-5)
        assert math.sqrt(variance) == pytest.approx(error, abs=5e-5)


def test_the_published_median_and_no_quantile_that_was_not_reached():
    found = incidence(WEEKS, RELAPSED)
    assert found.quantile(0.5) == 23
    assert found.quantile(0.1) == 6
    assert found.quantile(0.6) is None


def test_two_causes_worked_out_by_hand():
    # Four deals: won after 1 day, lost after 2, still open after 3, won after 4.
    # Day 1: 1/4 won. Day 2: 3/4 · 1/3 = 1/4 lost. Day 4: one is left, 1/2 · 1/1 won.
    found = incidence(np.array([1, 2, 3, 4]), np.array([1, 2, 0, 1]), n_causes=2)
    assert found.by(1) == (0.75, pytest.approx(found.variance[0, -1]))
    assert found.by(2)[0] == 0.25
    assert found.by(1, 3)[0] == 0.25
    assert found.by(1, 0) == (0.0, 0.0)
    assert found.waiting() == 0.0


def test_without_open_ones_it_is_the_plain_share_with_the_binomial_variance():
    age = np.array([3, 1, 4, 1, 5, 9, 2, 6, 5, 3])
    cause = np.array([1, 2, 1, 1, 2, 2, 1, 2, 1, 2])
    share, variance = incidence(age, cause, n_causes=2).by(1)
    assert share == pytest.approx(0.5)
    assert variance == pytest.approx(0.25 / 10)


def test_who_is_watched_late_is_at_risk_late():
    # One is watched from day 5 on. On day 2 three are at risk, on day 6 two (the late one among them): 1/3, then 1/2 of
    # the 2/3 that were left... which makes 2/3.
    found = incidence(np.array([2, 4, 6, 9]), np.array([1, 0, 1, 0]), entered=np.array([0, 0, 0, 5]))
    assert list(found.at_risk) == [3, 2]
    assert found.by(1)[0] == pytest.approx(1 / 3 + 2 / 3 / 2)
    assert found.since == 0


def test_an_age_nobody_enough_was_watched_at_settles_nothing():
    # The first event falls on the only one at risk: taken at its word, nobody would be left for the others.
    age, cause, entered = np.array([3, 8, 9, 9]), np.array([1, 1, 0, 0]), np.array([0, 5, 6, 6])
    assert incidence(age, cause, entered=entered).by(1)[0] == 1.0
    careful = incidence(age, cause, entered=entered, least_at_risk=3)
    assert (careful.since, careful.by(1)[0]) == (8, pytest.approx(1 / 3))
    assert incidence(age, cause, entered=entered, least_at_risk=9).ages.size == 0


def test_nobody_gives_no_ages():
    nobody = np.empty(0, dtype=np.int64)
    found = incidence(nobody, nobody, n_causes=2)
    assert (found.n, found.ages.size, found.by(1), found.waiting(), found.quantile(0.5)) == (
        0,
        0,
        (0.0, 0.0),
        1.0,
        None,
    )


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="age of entry"):
        incidence(np.array([1]), np.array([1]), entered=np.array([2]))
    with pytest.raises(ValueError, match="causes"):
        incidence(np.array([1]), np.array([3]), n_causes=2)


def weighted(age, cause, entered, which, by):
    """The same share as a sum over those for whom it happened, each weighted by the chance of having been watched
    (Geskus 2011, Biometrics 67:39): one at a time, with the survival of the watching itself for weights."""
    total, left = 0.0, 1.0
    for day in sorted(set(age[cause > 0])):
        risk = sum(1 for a, e in zip(age, entered, strict=True) if e <= day <= a)
        ended = sum(1 for a, c in zip(age, cause, strict=True) if a == day and c > 0)
        own = sum(1 for a, c in zip(age, cause, strict=True) if a == day and c == which)
        if day <= by:
            total += left * own / risk
        left *= 1 - ended / risk
    return total


def redistributed(age, cause, which):
    """Efron's (1967) redistribution to the right: whoever is still open hands their weight to all who lasted longer."""
    weight = {i: 1.0 / len(age) for i in range(len(age))}
    order = sorted(range(len(age)), key=lambda i: (age[i], cause[i] == 0))
    total = 0.0
    for place, i in enumerate(order):
        later = order[place + 1 :]
        if cause[i] == 0:
            for j in later:
                weight[j] += weight[i] / len(later)
        elif cause[i] == which:
            total += weight[i]
    return total


deals = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 2), st.integers(0, 10), st.integers(1, 4)), min_size=1, max_size=40
)


@settings(max_examples=150, deadline=None)
@given(deals)
def test_it_is_what_two_slow_ways_come_to(drawn):
    age = np.array([entry + length for length, _, entry, _ in drawn])
    cause = np.array([c for _, c, _, _ in drawn])
    entered = np.array([entry for _, _, entry, _ in drawn])
    count = np.array([n for *_, n in drawn])
    each = [np.repeat(values, count) for values in (age, cause, entered)]
    late = incidence(age, cause, count, entered, n_causes=2)
    for which in (1, 2):
        assert late.by(which, 20)[0] == pytest.approx(weighted(*each, which, 20), abs=1e-12)
        plain = incidence(age, cause, count, n_causes=2).by(which)[0]
        assert plain == pytest.approx(redistributed(each[0], each[1], which), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(deals, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter_and_all_shares_make_one(drawn, chance):
    def found(rows):
        age = np.array([entry + length for length, _, entry, _ in rows])
        return incidence(age, *(np.array([row[i] for row in rows]) for i in (1, 3, 2)), n_causes=2)

    one = found(drawn)
    chance.shuffle(drawn)
    other = found(drawn)
    assert np.array_equal(one.incidence, other.incidence)
    assert np.array_equal(one.variance, other.variance)
    assert np.allclose(one.incidence.sum(axis=0) + one.survival, 1.0)
    assert np.all(np.diff(one.incidence, axis=1) >= 0)


def test_the_variance_is_that_of_drawing_again():
    rng = np.random.default_rng(11)
    age, cause = rng.geometric(0.05, 200), rng.integers(1, 3, 200)
    watched = rng.integers(1, 40, 200)
    seen, what = np.minimum(age, watched), np.where(age <= watched, cause, 0)
    again = []
    for _ in range(400):
        drawn = rng.integers(0, 200, 200)
        again.append(incidence(seen[drawn], what[drawn], n_causes=2).by(1, 20)[0])
    assert math.sqrt(incidence(seen, what, n_causes=2).by(1, 20)[1]) == pytest.approx(np.std(again), rel=0.12)


@pytest.mark.parametrize("n", [25, 100])
def test_the_interval_covers_the_truth_as_often_as_it_says(n):
    # Truth: 30 % of all are won within 60 days, were they watched that long; many are still open.
    rng = np.random.default_rng(n)
    truth, hits, runs = 0.3 * (1 - 0.97**60), 0, 500
    for _ in range(runs):
        age = rng.geometric(0.03, n)
        cause = np.where(rng.random(n) < 0.3, 1, 2)
        watched = rng.integers(5, 120, n)
        found = incidence(np.minimum(age, watched), np.where(age <= watched, cause, 0), n_causes=2)
        low, high = interval(*found.by(1, 60), n_known=n)
        hits += low <= truth <= high
    assert 0.75 <= hits / runs <= 0.86


def test_where_nothing_happened_the_interval_still_has_a_width():
    low, high = interval(0.0, 0.0, 20)
    assert (low, high) == (0.0, pytest.approx(0.0759, abs=1e-4))  # z²/(20 + z²), z = 1.2816
    assert interval(1.0, 0.0, 20)[0] == pytest.approx(1 - high)
    assert interval(0.0, 0.0, 0) == (0.0, 1.0)
