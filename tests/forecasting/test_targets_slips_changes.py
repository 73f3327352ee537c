"""Targets put together from what was agreed, dates that slip, and what moved a forecast in a week."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest

from benchmarks.lives import Law, history_of
from kpi_engine.agreements.targets import TargetVersion, record_target
from kpi_engine.forecasting.calendar import calendar
from kpi_engine.forecasting.changes import changes_of
from kpi_engine.forecasting.known import NEVER, OUT, WON, History, day_number
from kpi_engine.forecasting.months_ahead import forecast, forecast_of_spans
from kpi_engine.forecasting.slips import pushes_of, slips_of
from kpi_engine.forecasting.targets import Agreed, agreed, goal_for, target_of
from kpi_engine.forecasting.won import ground_of, outlook
from kpi_engine.metrics import examples
from kpi_engine.metrics.coverage import coverage
from kpi_engine.metrics.slice import Slice
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.booking import booking_view
from kpi_engine.views.forecast import forecast_view
from kpi_engine.views.planner import proposal_view
from tests.metrics.facts import store_of
from tests.model.raw import built, deals

Q1 = (date(2026, 1, 1), date(2026, 3, 31))
Q2 = (date(2026, 4, 1), date(2026, 6, 30))
JAN, FEB, MAR = ((date(2026, m, 1), date(2026, m, d)) for m, d in ((1, 31), (2, 28), (3, 31)))


def of(owner: str, span: tuple[date, date], target: float) -> Agreed:
    return Agreed(owner, "North", *span, target)


def test_a_span_is_filled_by_its_own_target_or_by_shorter_ones_without_a_gap():
    months = [of("Ann", JAN, 10), of("Ann", FEB, 20), of("Ann", MAR, 30)]
    assert target_of(months, *Q1) == 60
    assert target_of(months[:2], *Q1) is None
    assert target_of([of("Ann", Q1, 70)], *Q1) == 70
    assert target_of([*months, of("Ann", Q1, 70)], *Q1) == 70
    assert target_of([of("Ann", Q1, 70)], *JAN) is None
    assert target_of([], *Q1) is None


def test_people_add_up_and_a_target_of_the_whole_company_goes_before_them():
    people = [of("Ann", Q1, 70), of("Bo", JAN, 5), of("Bo", FEB, 5), of("Bo", MAR, 5)]
    assert target_of(people, *Q1) == 85
    assert target_of([*people, of("", Q1, 100)], *Q1) == 100
    assert target_of([*people, of("", Q1, 100)], *JAN) == 5


def agreed_for(owner: str | None, span: tuple[date, date], target: int, kpi: str = "won_value") -> dict[str, object]:
    return {"owner": owner, "kpi": kpi, "period_start": span[0], "period_end": span[1], "target": target}


def test_the_target_of_a_month_counts_before_that_of_its_quarter_and_only_for_those_asked_for():
    targets = (
        agreed_for("Ann", Q2, 900),
        agreed_for("Bo", Q2, 500),
        agreed_for("Ann", (date(2026, 5, 1), date(2026, 5, 31)), 400),
        agreed_for("Ann", Q2, 7, "qualified_meetings"),
    )
    with store_of({"fct_targets": targets}, date(2026, 3, 31)) as store:
        session = store.read()
        april = goal_for(session, date(2026, 4, 20), Slice(), None)
        assert (april.target, april.period.label) == (1400, "2026-Q2")
        assert goal_for(session, date(2026, 4, 20), Slice(owners=("Bo",)), None).target == 500
        assert goal_for(session, date(2026, 5, 20), Slice(), None).target == 400
        assert goal_for(session, date(2026, 7, 1), Slice(), None) is None
        assert goal_for(session, date(2026, 4, 20), Slice(products=("Charter",)), None) is None


def test_every_page_reads_one_target_the_companys_own_before_its_peoples():
    targets = (agreed_for(None, Q2, 1000), agreed_for("Ann", Q2, 600), agreed_for("Bo", Q2, 400))
    with store_of(examples.DEALS_AND_OPEN | {"fct_targets": targets}, examples.AS_OF) as store:
        session, day = store.read(), date(2026, 5, 5)
        assert goal_for(session, day, Slice(), day).target == 1000  # Months ahead and the planner
        assert coverage(session, Slice(), day).target == 1000  # the KPI
        assert target_of(agreed(session, Slice(), "won_value", day), *Q2) == 1000  # the forecast


def test_an_earlier_day_sees_the_target_that_was_in_force_then():
    asked = {"deal_name": "Deal", "owner": "Ann", "stage": "Won", "status": "won", "amount": 100}
    rows = [asked | {"deal_id": f"d{i}", "created_at": f"2026-0{i}-02", "closed_at": f"2026-0{i}-20"} for i in (1, 2)]
    session = built(deals("2026-03-31", *rows))
    before, after = date(2026, 3, 10), date(2026, 3, 20)
    months = [(date(2026, month, 1), date(2026, month, last)) for month, last in ((1, 31), (2, 28), (3, 31))]
    for month, agreed_date, target in [*((one, date(2026, 1, 5), 100) for one in months), (months[2], after, 900)]:
        label, said = f"{month[0]:%Y-%m}", (Decimal(target), "Ann", "Mia", agreed_date, "a new boat")
        record_target(session, TargetVersion(0, "agreed", "Ann", "won_value", label, *month, *said))
    ask = Ask(after, before, after, before)
    told = {}
    for day in (before, after):
        seen = replace(ask, as_of=day)
        told[day] = (
            forecast(session, as_of=day, horizon=0)["target"].tolist(),
            forecast(session, as_of=day, horizon=0, by="owner")["target"].tolist(),
            forecast_of_spans(session, as_of=day)["target"].tolist()[:1],
            forecast_view(session, seen, Who()).months.set_index("month")["target"][months[2][0]],
            booking_view(session, replace(seen, choice="2026-03-01"), Who()).target,
            proposal_view(session, replace(seen, choice="2026-03-01"), Who()).target,
        )
    assert told == {before: ([100.0], [100.0], [300.0], 100.0, 100.0, 100.0),
                    after: ([900.0], [900.0], [1100.0], 900.0, 900.0, 900.0)}  # fmt: skip


def test_months_are_counted_across_a_year():
    months = calendar(day_number(date(2025, 11, 20)), day_number(date(2026, 2, 1)), 1)
    assert [months.month(i) for i in range(months.n_months)] == [
        date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1),
    ]  # fmt: skip
    days = np.array([day_number(date(2025, 10, 31)), day_number(date(2025, 12, 31)), day_number(date(2026, 1, 1))])
    assert list(months.index(days)) == [-1, 1, 2]
    assert list(months.of_year()) == [10, 11, 0, 1, 2]


def with_dates(h: History, row: int, *expected: int) -> History:
    """The first rows of a deal with these expected dates."""
    dates = h.expected.copy()
    dates[row : row + len(expected)] = expected
    return replace(h, expected=dates, expected_since=h.created)


def small(is_told: bool = True) -> History:
    return history_of(Law(80, months=12, cv=0.5, is_told=is_told), 4)


def test_a_date_moved_later_is_a_push_and_one_moved_earlier_is_none():
    h = small()
    deal = int(np.flatnonzero(np.bincount(h.deal) >= 5)[0])
    row = int(np.flatnonzero(h.deal == deal)[0])
    day = int(h.day[row])
    h = with_dates(h, row, day + 20, day + 50, day + 40, day + 90)
    assert list(pushes_of(h)[row : row + 4]) == [0, 1, 1, 2]
    assert pushes_of(h)[: max(row, 1)].sum() == 0
    untold = replace(h, expected_since=np.full_like(h.created, NEVER))
    assert pushes_of(untold).sum() == 0


def test_slips_are_what_a_slow_reading_counts():
    h = small()
    rng = np.random.default_rng(1)
    dates = np.where(h.state >= 0, h.day + rng.integers(5, 70, len(h.day)), NEVER)
    h = replace(h, expected=dates, expected_since=h.created)
    ground = ground_of(h, h.last_day + 1)
    assert ground is not None
    found = slips_of(outlook(ground))
    n, slipped = np.zeros(3, dtype=int), np.zeros(3, dtype=int)
    starts = ground.months.starts
    for i in np.flatnonzero(ground.days.is_start):
        month, cutoff = int(ground.days.month[i]), int(ground.days.cutoffs[i])
        if month >= ground.days.month[-1]:
            continue
        for deal in np.unique(h.deal):
            rows = [r for r in np.flatnonzero(h.deal == deal) if h.day[r] < cutoff]
            if not rows or h.state[rows[-1]] < 0 or not starts[month] <= h.expected[rows[-1]] < starts[month + 1]:
                continue
            told = [int(h.expected[r]) for r in rows]
            pushes = min(sum(later > earlier for earlier, later in pairwise(told)), 2)
            ends = [int(h.day[r]) for r in np.flatnonzero(h.deal == deal) if h.state[r] in (WON, OUT)]
            n[pushes] += 1
            slipped[pushes] += not ends or ends[0] >= starts[month + 1]
    assert list(found.n) == list(n)
    assert list(found.slipped) == list(slipped)
    assert found.share(5) == (pytest.approx(slipped[2] / n[2]), n[2])


def test_the_deals_that_changed_a_month_add_up_to_the_change_of_won_and_open():
    h = small()
    ground = ground_of(h, h.last_day + 1 - 12)
    assert ground is not None
    found = outlook(ground)
    first = int(ground.days.month[-1])
    for change in changes_of(found, [first, first + 1]):
        assert change.is_known
        parts = sum(change.after[part] - change.before[part] for part in ("won", "open"))
        assert change.deals["change"].sum() == pytest.approx(parts, abs=1.0)
        assert (change.deals["change"].abs().diff().dropna() <= 1e-9).all()
    what = dict(zip(change.deals["deal"], change.deals["what"], strict=True))
    assert set(what.values()) <= {"won", "lost", "new", "moved", "amount", "waited"}
    week = int(ground.days.cutoffs[-1]) - 7
    for deal, why in what.items():
        if why == "new":
            assert h.created[deal] >= week


def test_of_a_deal_that_changed_hands_nothing_of_the_other_is_told():
    """What went from Ann (1) to Bo (2) in the last week leaves Ann's forecast; whether Bo won it is not Ann's."""
    h = history_of(Law(100, months=24), 1)
    cutoff = h.last_day + 1
    is_handed_over = (h.day >= cutoff - 7) & np.append(False, h.deal[1:] == h.deal[:-1])
    h = replace(h, owner=np.where(is_handed_over, 2, 1))
    ground = ground_of(h, cutoff)
    assert ground is not None
    gone = np.unique(h.deal[is_handed_over])
    for mine in (1, 2):
        deals = changes_of(outlook(ground, h.owner == mine), [int(ground.days.month[-1])])[0].deals
        assert set(h.owner[deals["row"]]) == {mine}
        told = deals[deals["deal"].isin(gone)]
        assert len(told) > 3
        assert set(told["what"]) == {"transferred"}
        if mine == 1:
            assert "transferred" not in set(deals.loc[~deals["deal"].isin(gone), "what"])
    everybody = changes_of(outlook(ground), [int(ground.days.month[-1])])[0].deals
    assert "transferred" not in set(everybody["what"])
