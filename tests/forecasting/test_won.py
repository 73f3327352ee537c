"""The forecast knows nothing but what was known, counts what a slow reading counts, and is as good as it says."""

from __future__ import annotations

import warnings
from dataclasses import fields, replace
from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.lives import FIRST_DAY, Law, history_of
from kpi_engine.forecasting.hazard import incidence, windows
from kpi_engine.forecasting.known import NEVER, OUT, WON, History, known_at, walk
from kpi_engine.forecasting.won import Outlook, deal_chances, ground_of, outlook
from kpi_engine.stats.chain import STEP_DAYS, count, fit

SMALL = Law(per_month=70, months=12, cv=0.5)


@cache
def history(is_told: bool = True, seed: int = 3) -> History:
    return with_wins_taken_back(history_of(replace(SMALL, is_told=is_told), seed))


def with_wins_taken_back(h: History) -> History:
    """Every ninth win turns out to be none, three weeks later."""
    back = np.flatnonzero(h.state == WON)[::9]
    back = back[h.day[back] + 21 <= h.last_day]
    order = np.argsort(np.concatenate([np.arange(len(h.day)), back]), kind="stable")
    more = {
        name: np.concatenate([getattr(h, name), getattr(h, name)[back]])[order]
        for name in ("deal", "place", "amount", "expected", "owner", "team", "is_told")
    }
    day = np.concatenate([h.day, h.day[back] + 21])[order]
    left = h.left.copy()
    left[back] = h.day[back] + 21
    state = np.concatenate([h.state, np.full(len(back), OUT)])[order]
    return replace(h, **more, day=day, since=day, left=np.concatenate([left, h.left[back]])[order], state=state)


def found_at(h: History, cutoff: int) -> Outlook:
    ground = ground_of(h, cutoff)
    assert ground is not None
    return outlook(ground)


@cache
def whole() -> Outlook:
    return found_at(history(), history().last_day + 1)


def without_later(h: History, cutoff: int) -> History:
    """The history as it would be, had everything dated on or after a day never been written down."""
    kept = h.day < cutoff
    deals = h.created < cutoff
    number = np.cumsum(deals) - 1
    per_deal = {
        name: getattr(h, name)[deals]
        for name in ("deal_key", "deal_id", "pipeline", "created", "source", "product", "segment")
    }
    since = {
        name: np.where(getattr(h, name)[deals] < cutoff, getattr(h, name)[deals], NEVER)
        for name in ("seen_since", "amount_since", "owner_since", "expected_since")
    }
    per_day = {
        name: getattr(h, name)[kept]
        for name in ("day", "state", "place", "since", "amount", "expected", "owner", "team", "is_told")
    }
    left = np.where(h.left[kept] < cutoff, h.left[kept], NEVER)
    return replace(h, **per_deal, **since, **per_day, deal=number[h.deal[kept]], left=left, last_day=cutoff - 1)


def shuffled_later(h: History, cutoff: int, seed: int) -> History:
    """The same days, with other ends, amounts and stages from a day on."""
    rng = np.random.default_rng(seed)
    later = h.day >= cutoff
    states = rng.choice([WON, OUT, 1, 2], size=int(later.sum()))
    state, amount = h.state.copy(), h.amount.copy()
    state[later], amount[later] = states, rng.random(int(later.sum())) * 1e6
    return replace(h, state=state, amount=amount)


def said(found: Outlook) -> dict[str, np.ndarray]:
    return {
        f"{measure}.{field.name}": getattr(getattr(found, measure), field.name)
        for measure in ("value", "count")
        for field in fields(found.value)
    }


@settings(max_examples=12, deadline=None)
@given(st.integers(200, 360), st.booleans(), st.integers(0, 5))
def test_nothing_dated_on_or_after_a_cutoff_changes_a_forecast_made_at_it(day, is_told, seed):
    h, cutoff = history(is_told), FIRST_DAY + day
    expected = said(found_at(h, cutoff))
    for other in (without_later(h, cutoff), shuffled_later(h, cutoff, seed)):
        for name, array in said(found_at(other, cutoff)).items():
            assert np.allclose(array, expected[name], equal_nan=True, rtol=1e-9, atol=1e-6), name


def test_a_forecast_made_on_the_way_is_the_one_that_was_made_then():
    late = whole()
    days = late.ground.days
    i = int(np.flatnonzero(days.is_start)[-3])
    then = found_at(history(), int(days.cutoffs[i]))
    at = then.ground.latest
    assert then.value.value[at, :3] == pytest.approx(late.value.value[i, :3])
    assert then.value.lower[at, :3] == pytest.approx(late.value.lower[i, :3])


def test_the_parts_add_up_and_the_deals_add_up_to_the_open_part():
    made, now = whole().value, whole().ground.latest
    assert made.is_ready[now]
    assert made.won[now] + made.opened[now] + made.created[now] == pytest.approx(made.value[now])
    assert (made.lower[now] <= made.value[now]).all()
    assert (made.value[now] <= made.upper[now]).all()
    each = deal_chances(whole(), now, 3)
    assert each.worth.sum(axis=0) == pytest.approx(made.opened[now, :3])
    assert (each.chance >= 0).all()
    assert (each.chance.sum(axis=1) <= 1 + 1e-9).all()


def test_a_deals_own_chance_sets_how_likely_it_is_and_leaves_the_month_its_sum():
    found, now = whole(), whole().ground.latest
    by_stage = deal_chances(found, now, 3)
    deal = history().deal[found.deals.row[by_stage.entry]]
    own = np.full(len(history().deal_id), np.nan)
    own[deal[::3]], own[deal[1::3]] = 0.9, 0.01  # every third has none of its own
    each = deal_chances(found, now, 3, own=own)
    assert each.worth.sum(axis=0) == pytest.approx(found.value.opened[now, :3])
    assert (each.ninety[::3] == 0.9).all()
    assert (each.ninety[1::3] == 0.01).all()
    assert (each.ninety[2::3] == by_stage.ninety[2::3]).all()
    assert each.chance[2::3] == pytest.approx(by_stage.chance[2::3])
    # When it comes is the chain's, how likely the deal's own; in all its months together never more than certain.
    scaled = by_stage.chance[1::3] * (0.01 / by_stage.ninety[1::3])[:, None]
    assert each.chance[1::3] == pytest.approx(scaled)
    assert (each.chance.sum(axis=1) <= 1 + 1e-9).all()


def test_the_deals_own_forecast_is_what_a_slow_reading_counts():
    found, h = whole(), history()
    days, months = found.ground.days, found.ground.months
    i = int(np.flatnonzero(days.is_start)[-2])
    cutoff = int(days.cutoffs[i])
    steps = walk(h, 0)
    chain = fit(count(steps.known(cutoff), steps.n_stages))
    won = chain.won_within(13)
    known = known_at(h, cutoff)
    starts, ends = windows(months, cutoff, 3)

    def by(age: int, stage: int, day: float) -> float:
        step, part = divmod(day / STEP_DAYS, 1.0)
        return float(won[age, stage, int(step)] * (1 - part) + won[age, stage, int(step) + 1] * part)

    expected = np.zeros(3)
    for j in np.flatnonzero(known.is_open):
        age = min(int(known.age[j] - 1) // STEP_DAYS, 54)
        stage = int(known.state[j])
        expected += [by(age, stage, e) - by(age, stage, s) for s, e in zip(starts, ends, strict=True)]
    assert found.raw_count.opened[i, :3] == pytest.approx(expected)
    # New deals: 90 days' worth of them, each day's followed to the end of each month, a tenth of a day at a time.
    rate = ((h.created >= cutoff - 90) & (h.created < cutoff)).sum() / 90
    entry = count(steps.known(cutoff), steps.n_stages)[0].sum(axis=1)
    entry = entry / entry.sum()

    def ever(day: float) -> float:
        return sum(share * by(0, s, day) for s, share in enumerate(entry)) if day > 0 else 0.0

    for k, (s, e) in enumerate(zip(starts, ends, strict=True)):
        created = np.arange(0.05, e, 0.1)
        slow = sum(ever(e - u) - ever(max(s - u, 0.0)) for u in created) * 0.1 * rate
        assert found.raw_count.created[i, k] == pytest.approx(slow, rel=0.01)
    assert incidence(found.ground.chains[0], i, starts, ends) * rate == pytest.approx(found.raw_count.created[i, :3])


def test_two_halves_of_the_business_have_the_open_deals_of_the_whole():
    h = history()
    half = h.deal % 2 == 0
    parts = [outlook(whole().ground, keep) for keep in (half, ~half)]
    assert sum(p.raw_count.opened for p in parts) == pytest.approx(whole().raw_count.opened, nan_ok=True)
    assert sum(p.ledger.value for p in parts) == pytest.approx(whole().ledger.value)


def test_what_is_won_by_month_is_what_the_rows_say():
    h, found = history(), whole()
    first = date(1970, 1, 1)
    slow: dict[tuple[int, int], float] = {}
    for row in np.flatnonzero((h.state == WON) & (h.left == NEVER)):
        day = first + timedelta(days=int(h.day[row]))
        slow[day.year, day.month] = slow.get((day.year, day.month), 0.0) + float(h.amount[row])
    months = [found.ground.months.month(j) for j in range(found.ground.months.n_months)]
    assert found.ledger.value[-1] == pytest.approx([slow.get((m.year, m.month), 0.0) for m in months])


def test_a_deal_without_amount_counts_at_the_mean_won_amount_known_then():
    h = history(is_told=False)
    found = found_at(h, h.last_day + 1)
    deals = found.deals
    assert deals.is_guessed.all()
    for i in (5, found.ground.latest):
        cutoff = int(found.ground.days.cutoffs[i])
        won = (h.state == WON) & (h.day < cutoff) & (h.left >= cutoff)
        assert deals.value[deals.cutoff == i] == pytest.approx(h.amount[won].mean())


def test_under_five_wins_a_month_nothing_is_forecast():
    h = history_of(Law(per_month=15, months=18), 1)
    found = found_at(h, h.last_day + 1)
    assert not found.value.is_ready.any()
    assert found.value.n[-1] > 0
    assert np.isnan(found.value.value[-1]).all()
    assert not np.isnan(found.value.won[-1]).any()


def test_a_mistyped_year_makes_no_thousand_months():
    h = history()
    first_win = int(np.flatnonzero(h.state == WON)[0])
    day = h.day.copy()
    rows = np.flatnonzero(h.deal == h.deal[first_win])
    day[rows] = np.arange(len(rows)) - 700_000  # in the first century
    found = found_at(replace(h, day=day), h.last_day + 1)
    assert found.ground.months.n_months < 16 * 12 + 14
    assert found.value.is_ready[-1]
    assert found.value.value[-1, 0] == pytest.approx(whole().value.value[-1, 0], rel=0.2)


def test_a_stray_ending_years_before_begins_no_history():
    h = history()
    day = h.day.copy()
    stray = np.flatnonzero(h.deal == h.deal[np.flatnonzero(h.state == WON)[0]])
    day[stray] = day[stray] - 2000
    strayed, plain = found_at(replace(h, day=day), h.last_day + 1), whole()
    assert strayed.ground.days.first_whole == plain.ground.days.first_whole
    assert strayed.ground.months.n_months <= plain.ground.months.n_months + 1
    assert strayed.ledger.value[-1][-12:] == pytest.approx(plain.ledger.value[-1][-12:], rel=0.1)


def test_nothing_has_ended_yet():
    h = history()
    assert ground_of(h, int(h.day.min()) + 1) is None


def test_deals_without_dates_leave_a_forecast_from_the_months_that_is_not_split():
    h = replace(history(), created=np.full_like(history().created, NEVER), seen_since=history().created)
    found = found_at(h, h.last_day + 1)
    made, now = found.value, found.ground.latest
    assert made.is_ready[now]
    assert (made.value[now] > 0).all()  # as many months ahead as can be asked for
    assert (made.lower[now] < made.upper[now]).all()
    assert np.isnan(made.opened[now]).all()
    assert np.isnan(made.created[now]).all()


@pytest.mark.parametrize("months_ago", [6, 1])
def test_a_month_of_credits_breaks_no_forecast(months_ago):
    h = history()
    found = found_at(h, h.last_day + 1)
    starts, at = found.ground.months.starts, int(found.ground.days.month[-1]) - months_ago
    credited = (h.state == WON) & (h.day >= starts[at]) & (h.day < starts[at + 1])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = found_at(replace(h, amount=np.where(credited, -2 * h.amount, h.amount)), h.last_day + 1)
    assert found.ledger.value[-1, at] < 0
    made, ready = found.value, found.value.is_ready
    for k in range(3):
        value, lower, upper = (array[ready, k] for array in (made.mixed, made.lower - made.won, made.upper - made.won))
        assert (value > 0).all()
        assert (lower < upper).all()
        assert ((lower <= value + 1e-6) & (value <= upper + 1e-6)).all()


def test_deals_that_would_cost_money_are_not_expected_to_bring_less_than_nothing():
    h = history()
    open_now = (h.state >= 0) & (h.left >= h.last_day + 1)
    made = found_at(replace(h, amount=np.where(open_now, -50 * h.amount, h.amount)), h.last_day + 1).value
    assert (made.opened[-1] >= 0).all()
    assert (made.created[-1] >= 0).all()
    assert made.opened[-1] + made.created[-1] == pytest.approx(made.mixed[-1])


def closed_only(h: History) -> History:
    """The same deals without those that are open at the end."""
    is_open = np.zeros(len(h.deal_key), dtype=bool)
    is_open[h.deal[(h.state >= 0) & (h.left > h.last_day)]] = True
    kept = ~is_open[h.deal]
    row_names = ("day", "left", "state", "place", "since", "amount", "expected", "owner", "team", "is_told")
    per_row = {name: getattr(h, name)[kept] for name in row_names}
    deal_names = [f.name for f in fields(h) if f.name not in (*row_names, "pipelines", "deal", "last_day")]
    per_deal = {name: getattr(h, name)[~is_open] for name in deal_names}
    return replace(h, **per_row, **per_deal, deal=(np.cumsum(~is_open) - 1)[h.deal[kept]])


def test_an_export_of_closed_deals_alone_is_forecast_from_its_months():
    h = closed_only(history())
    found = found_at(h, h.last_day + 1)
    made, at = found.value, int(found.ground.days.month[-1])
    assert found.ground.is_closed_only
    assert not whole().ground.is_closed_only
    usual = found.ledger.value[-1, at - 6 : at].mean()
    assert made.value[-1, :3].mean() == pytest.approx(usual, rel=0.2)
    assert (made.opened[-1] == 0).all()
    assert made.created[-1] == pytest.approx(made.mixed[-1])
    as_if_none_were_open = outlook(replace(found.ground, is_closed_only=False)).value
    assert as_if_none_were_open.value[-1, :3].mean() < 0.8 * usual


def test_a_part_with_too_few_wins_still_says_what_is_won_in_every_month():
    h = history()
    ground = ground_of(h, h.last_day + 1)
    assert ground is not None
    few = np.isin(h.deal, np.unique(h.deal)[::40])
    brief, slow = outlook(ground, few, is_brief=True), outlook(ground, few)
    assert not brief.value.is_ready[-1]
    for one, other in ((brief.value, slow.value), (brief.count, slow.count)):
        assert one.won[-1] == pytest.approx(other.won[-1])
        assert one.n[-1] == other.n[-1]
        assert np.isnan(one.value[-1]).all()
