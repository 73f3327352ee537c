"""The booking curve's forecast: by hand, by its error rate, and never from what was not known yet."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.real import HOTEL, hotel_deals
from benchmarks.seasons import LEADS, REACH_CURVE
from kpi_engine.stats import pickup as subject
from kpi_engine.stats.pickup import Books, candidates, pickup


def books(settled, won, still_open=None, provisional=None):
    settled, won = np.asarray(settled, dtype=float), np.asarray(won, dtype=float)
    return Books(
        settled,
        settled if provisional is None else np.asarray(provisional, dtype=float),
        won,
        np.zeros_like(won) if still_open is None else np.asarray(still_open, dtype=float),
    )


def test_the_discounted_pickup_by_hand():
    # A month before its end 60, 70 and 90 were booked of 100, 120 and 150: 40, 50 and 60 came in. For the next 80 are.
    seen = books([100, 120, 150, np.nan], [[100, 60], [120, 70], [150, 90], [np.nan, 80]])
    known = seen.known_at(2)
    came_in = (0.85**2 * 40 + 0.85 * 50 + 60) / (0.85**2 + 0.85 + 1)
    assert candidates(seen, known, 3, 1)["discounted"] == pytest.approx(80 + came_in)
    assert np.isnan(candidates(seen, known, 3, 1)["last_year"])


def test_open_deals_count_by_the_share_of_them_that_became_orders():
    # Nothing was won a month before; 100 and 200 and 300 were open, half of it became orders: half of 500 will.
    seen = books([50, 100, 150, np.nan], [[50, 0], [100, 0], [150, 0], [np.nan, 0]],
                 [[0, 100], [0, 200], [0, 300], [np.nan, 500]])  # fmt: skip
    assert candidates(seen, seen.known_at(2), 3, 1)["discounted"] == pytest.approx(250)


def test_last_years_pickup_and_month_by_hand():
    settled = np.array([100.0] * 12 + [np.nan])
    won = np.column_stack([np.append(settled[:12], np.nan), [70.0] * 12 + [95.0]])
    found = candidates(books(settled, won), books(settled, won).known_at(11), 12, 1)
    assert found["last_year"] == pytest.approx(95 + 30)
    assert found["seasonal_naive"] == pytest.approx(100)


def test_without_anything_to_go_by_there_is_no_forecast():
    found = pickup(books([np.nan, np.nan], [[np.nan, 5], [np.nan, 5]]), 1, 1)
    assert np.isnan(found.forecast)
    assert found.n == 0
    assert np.isnan(pickup(books([1.0], [[1.0, np.nan]]), 0, 1).forecast)


def random_books(rng, n=30, leads=7):
    final = rng.gamma(20, 5, n) * (1 + 0.5 * np.sin(2 * np.pi * np.arange(n) / 12))
    share = np.cumprod(np.append(1.0, rng.uniform(0.6, 0.9, leads - 1)))
    noise = rng.uniform(0.9, 1.1, (n, leads))
    noise[:, 0] = 1.0
    won = final[:, None] * share * noise
    return final, won, rng.uniform(0, 50, (n, leads))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1000), target=st.integers(3, 29), lead=st.integers(0, 6))
def test_what_happened_after_the_cutoff_changes_no_forecast(seed, target, lead):
    rng = np.random.default_rng(seed)
    settled, won, still_open = random_books(rng)
    cutoff = target - lead
    before = pickup(Books(settled, settled, won, still_open), target, lead)
    later = np.arange(30)[:, None] - np.arange(7) > cutoff
    replaced = [np.where(later, rng.uniform(0, 1e6, won.shape), table) for table in (won, still_open)]
    after_end = np.where(np.arange(30) >= cutoff, rng.uniform(0, 1e6, 30), settled)
    provisional = np.where(np.arange(30) > cutoff, np.nan, settled)
    after = pickup(Books(after_end, provisional, replaced[0], replaced[1]), target, lead)
    assert (after.forecast, after.lower, after.upper, after.n) == pytest.approx(
        (before.forecast, before.lower, before.upper, before.n), nan_ok=True
    )
    assert after.weights == before.weights


@pytest.mark.parametrize("lead", [1, 3, 6])
def test_the_band_is_judged_by_forecasts_as_they_were_made_then(lead):
    settled, won, still_open = random_books(np.random.default_rng(5))
    seen = Books(settled, settled, won, still_open)
    known = seen.known_at(29)
    again = subject._blended_past(subject._past(seen, known, 29, lead), known, lead)
    then = [pickup(seen, row, lead).forecast for row in range(30)]
    assert again == pytest.approx(np.array(then), nan_ok=True)
    assert np.isfinite(again).sum() > 20


def test_the_band_holds_about_four_in_five():
    inside = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        final, won, still_open = random_books(rng)
        seen = Books(final, final, won, still_open * 0)
        for lead in (1, 3):
            made = [(pickup(seen, row, lead), final[row]) for row in (20, 24, 28)]
            inside += [one.lower <= value <= one.upper for one, value in made]
    assert 0.72 <= np.mean(inside) <= 0.92


@pytest.fixture(scope="module")
def hotel(shared_data):
    """A hotel's books by arrival month, counted here with plain loops over its bookings."""
    rows = hotel_deals(shared_data / HOTEL)
    next(iter(rows))

    def number(day):
        return day.year * 12 + day.month - 1

    first, n, far = number(date(2015, 7, 1)), 26, 13
    won, still_open, settled = np.zeros((n, far)), np.zeros((n, far)), np.zeros(n)
    changes = defaultdict(float)
    for _, _, _, status, amount, _, _, _, booked, closed, arrival in rows:
        row, value = number(arrival) - first, float(amount)
        changes[row, number(booked), "open"] += value
        changes[row, number(date.fromisoformat(closed)), "closed"] += value
        if status == "Won":
            changes[row, number(date.fromisoformat(closed)), "won"] += value
            settled[row] += value
    for (row, when, what), value in changes.items():
        for lead in range(far):
            if when <= first + row - lead:
                won[row, lead] += value if what == "won" else 0
                still_open[row, lead] += value if what == "open" else -value if what == "closed" else 0
    return Books(settled, settled, won, still_open)


@pytest.mark.parametrize("lead", LEADS)
def test_the_hotels_months_are_forecast_within_reach(hotel, lead):
    rows = range(12, 26)
    actual = hotel.settled[list(rows)]
    made = [pickup(hotel, row, lead) for row in rows]
    error = np.abs([one.forecast for one in made] - actual).sum() / actual.sum() * 100
    naive = np.abs(hotel.settled[0:14] - actual).sum() / actual.sum() * 100
    assert error <= REACH_CURVE[lead] < naive


def test_the_hotels_bands_hold_about_four_in_five_months(hotel):
    made = [(pickup(hotel, row, lead), hotel.settled[row]) for row in range(12, 26) for lead in LEADS]
    assert 0.72 <= np.mean([one.lower <= value <= one.upper for one, value in made]) <= 0.92


def test_the_hotels_value_is_the_published_one(hotel):
    assert hotel.settled.sum() == pytest.approx(25_996_260.41, abs=0.01)
