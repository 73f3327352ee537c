"""Each reason by facts somebody can follow, and none where the deal is waited for or the data cannot say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_engine.forecasting.reasons import Why, WhyNot, looked_at, reasons_of, states_of
from kpi_engine.forecasting.usual import Lead, Limit, Usual
from kpi_engine.forecasting.worklist_facts import OpenWork
from kpi_engine.names import Status

TODAY = date(2026, 8, 31)

USUAL = Usual(
    stays={("", "Offer"): Limit(28, 40, Status.OK), ("", "Lead"): Limit(None, 7, Status.TOO_FEW)},
    silences={"": Limit(20, 30, Status.OK)},
    leads={("", "Offer"): Lead(close=40, delivery=100, signed=60, n=30)},
)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


# In hand: contacted lately, next contact agreed, expected soon, its decision maker met.
FINE: dict[str, Any] = {
    "deal_id": "d", "owner": "Ann", "pipeline": "", "stage": "Offer", "amount": 1000.0, "days_in_stage": 5.0,
    "days_open": 50.0, "expected_close_date": ago(-20), "pushes": 0, "delivery_date": None, "is_step_told": True,
    "next_step": "Call", "next_step_date": ago(-3), "last_contact": ago(2), "next_planned": None, "meetings": 1,
    "decider_meetings": 1,
}  # fmt: skip


def work_of(*rows: dict[str, Any], **more: Any) -> OpenWork:
    deals = pd.DataFrame([FINE | row for row in rows])
    for name in ("expected_close_date", "delivery_date", "next_step_date", "last_contact", "next_planned", "next_step"):
        deals[name] = deals[name].astype(object).where(deals[name].notna(), None)
    return replace(OpenWork(deals, True, True, True, True, 900.0), **more)


def said(row: dict[str, Any], **more: Any) -> dict[Why, dict[str, Any]]:
    """The reasons of one deal: code -> values."""
    return {reason.code: dict(reason.values) for reason in reasons_of(work_of(row, **more), USUAL, TODAY)[0]}


def test_a_deal_in_hand_needs_nobody() -> None:
    assert said({}) == {}


def test_a_next_step_whose_day_has_passed_is_overdue_by_so_many_days() -> None:
    late = {"next_step_date": ago(21), "last_contact": ago(53), "delivery_date": ago(-95)}
    found = said(late | {"days_in_stage": 66.0})
    assert found[Why.OVERDUE] == {"days": 21, "due": ago(21), "step": "Call", "last_contact": ago(53)}
    assert Why.NO_STEP not in found


def test_a_next_step_of_today_is_not_overdue() -> None:
    assert said({"next_step_date": TODAY}) == {}


def test_a_step_that_was_followed_by_a_contact_is_done_and_a_new_one_missing() -> None:
    assert said({"next_step_date": ago(5), "last_contact": ago(5)})[Why.NO_STEP] == {"step": None, "done": ago(5)}


def test_a_step_without_a_date_is_no_dated_next_step() -> None:
    assert said({"next_step_date": None})[Why.NO_STEP] == {"step": "Call", "done": None}


def test_a_planned_activity_is_an_agreed_next_contact() -> None:
    assert said({"next_step_date": None, "next_planned": ago(-4)}) == {}
    assert said({"next_step_date": ago(9), "last_contact": ago(12), "next_planned": ago(-4)}) == {}


def test_where_no_export_tells_next_steps_nothing_is_said_of_them() -> None:
    assert said({"is_step_told": False, "next_step": None, "next_step_date": None}) == {}


@pytest.mark.parametrize(("days", "is_said"), [(28, False), (29, True)])
def test_a_deal_is_long_in_its_stage_after_four_fifths_had_gone_on(days: int, is_said: bool) -> None:
    found = said({"days_in_stage": float(days), "next_step_date": None})
    assert (Why.LONG in found) == is_said
    if is_said:
        assert found[Why.LONG] == {"days": 29, "stage": "Offer", "usual": 28, "n": 40}


def test_a_stage_too_few_went_on_from_says_nothing_however_long() -> None:
    assert Why.LONG not in said({"stage": "Lead", "days_in_stage": 400.0, "next_step_date": None})


def test_a_stage_nobody_knows_when_it_was_entered_says_nothing() -> None:
    assert Why.LONG not in said({"days_in_stage": np.nan, "next_step_date": None})


def test_an_expected_close_in_the_past_is_said() -> None:
    assert said({"expected_close_date": ago(26)})[Why.PASSED] == {"days": 26, "expected": ago(26)}
    assert said({"expected_close_date": TODAY}) == {}


@pytest.mark.parametrize(("pushes", "is_said"), [(2, False), (3, True)])
def test_a_close_date_pushed_more_than_twice_is_said(pushes: int, is_said: bool) -> None:
    assert (Why.PUSHED in said({"pushes": pushes})) == is_said


def test_without_earlier_dates_nobody_knows_of_pushes() -> None:
    assert said({"pushes": 9}, has_pushes=False) == {}


@pytest.mark.parametrize(("days", "is_said"), [(20, False), (21, True)])
def test_a_deal_left_alone_for_longer_than_won_deals_were_is_said(days: int, is_said: bool) -> None:
    found = said({"last_contact": ago(days), "next_step_date": None})
    assert (Why.SILENT in found) == is_said
    if is_said:
        assert found[Why.SILENT] == {"days": 21, "since": ago(21), "usual": 20, "n": 30}


def test_a_deal_that_was_never_contacted_counts_from_its_first_day() -> None:
    assert said({"last_contact": None, "next_step_date": None})[Why.SILENT]["days"] == 50
    assert Why.SILENT not in said({"last_contact": None, "next_step_date": None, "days_open": np.nan})


def test_without_activities_nobody_knows_of_silence() -> None:
    assert Why.SILENT not in said({"last_contact": None, "next_step_date": None}, has_activities=False)


def test_a_big_deal_without_a_decision_maker_met_is_said_and_a_small_one_is_not() -> None:
    unmet = {"decider_meetings": 0, "meetings": 2}
    assert said(unmet)[Why.NOT_MET] == {"amount": 1000.0, "big_from": 900.0, "meetings": 2}
    assert said(unmet | {"amount": 899.0}) == {}
    assert said(unmet | {"amount": np.nan}) == {}


@pytest.mark.parametrize("missing", [{"has_levels": False}, {"has_deciders": False}, {"big_from": None}])
def test_where_levels_or_amounts_are_missing_no_decision_maker_is_missed(missing: dict[str, Any]) -> None:
    assert said({"decider_meetings": 0}, **missing) == {}


STALE = {"days_in_stage": 300.0, "last_contact": ago(200), "decider_meetings": 0, "next_step_date": None}


def test_a_deal_whose_month_is_near_and_that_nobody_waits_for_is_stale() -> None:
    assert set(said(STALE)) == {Why.NO_STEP, Why.LONG, Why.SILENT, Why.NOT_MET}


@pytest.mark.parametrize("far", [{"expected_close_date": ago(-41)}, {"delivery_date": ago(-101)}])
def test_a_deal_expected_further_ahead_than_usual_for_its_stage_is_not_stale(far: dict[str, Any]) -> None:
    assert set(said(STALE | far)) == {Why.NO_STEP}


@pytest.mark.parametrize("near", [{"expected_close_date": ago(-40)}, {"delivery_date": ago(-100)}])
def test_as_far_ahead_as_usual_is_not_far(near: dict[str, Any]) -> None:
    assert Why.LONG in said(STALE | near)


def test_a_deal_with_an_agreed_next_contact_is_not_stale() -> None:
    assert set(said(STALE | {"next_step_date": ago(-30)})) == {Why.NOT_MET}


def test_a_charter_with_an_agreed_contact_before_such_orders_are_signed_needs_nobody() -> None:
    charter = STALE | {
        "next_step_date": ago(-30),
        "delivery_date": ago(-61),
        "expected_close_date": ago(3),
        "pushes": 5,
    }
    assert said(charter) == {}
    # Once its day is nearer than such orders are signed before it, the dates that passed are said.
    assert set(said(charter | {"delivery_date": ago(-60)})) == {Why.PASSED, Why.PUSHED, Why.NOT_MET}


def test_an_overdue_step_is_said_however_far_the_month_is() -> None:
    assert Why.OVERDUE in said({"next_step_date": ago(4), "last_contact": ago(9), "delivery_date": ago(-300)})


def test_what_was_not_looked_at_is_told_with_what_is_missing() -> None:
    bare = {"is_step_told": False, "expected_close_date": None, "stage": "Lead", "amount": np.nan}
    work = work_of(bare, bare, has_pushes=False, has_activities=False, has_levels=False)
    told = {one.code: (one.n, one.of, one.why_not, one.status) for one in looked_at(work, USUAL)}
    assert told == {
        Why.OVERDUE: (0, 2, WhyNot.NO_STEPS, Status.NO_DATA),
        Why.NO_STEP: (0, 2, WhyNot.NO_STEPS, Status.NO_DATA),
        Why.PASSED: (0, 2, WhyNot.NO_EXPECTED, Status.NO_DATA),
        Why.PUSHED: (0, 2, WhyNot.NO_CHANGES, Status.NO_DATA),
        Why.LONG: (0, 2, WhyNot.NO_HISTORY, Status.TOO_FEW),
        Why.SILENT: (0, 2, WhyNot.NO_ACTIVITIES, Status.NO_DATA),
        Why.NOT_MET: (0, 2, WhyNot.NO_LEVELS, Status.NO_DATA),
    }
    assert all(one.n == 1 and one.why_not is None for one in looked_at(work_of({}), USUAL))


def test_the_states_stand_beside_the_reasons() -> None:
    states = states_of(work_of({}, {"next_step_date": None, "delivery_date": ago(-101)}), USUAL, TODAY)
    assert states["is_agreed"].tolist() == [True, False]
    assert states["is_far"].tolist() == [False, True]


_days = st.one_of(st.none(), st.integers(-200, 200).map(ago))
_rows = st.fixed_dictionaries(
    {
        "days_in_stage": st.floats(0, 90), "last_contact": _days, "next_step_date": _days,
        "expected_close_date": _days, "delivery_date": _days, "next_planned": st.sampled_from([None, ago(-4)]),
        "is_step_told": st.booleans(), "pushes": st.integers(0, 5), "amount": st.sampled_from([np.nan, 100.0, 2000.0]),
        "stage": st.sampled_from(["Offer", "Lead"]), "decider_meetings": st.integers(0, 1),
    }
)  # fmt: skip


@given(st.lists(_rows, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_reasons_of_a_deal_do_not_depend_on_the_others_or_their_order(
    rows: list[dict[str, Any]], chance: Any
) -> None:
    order = list(range(len(rows)))
    chance.shuffle(order)
    found = reasons_of(work_of(*rows), USUAL, TODAY)
    shuffled = reasons_of(work_of(*(rows[i] for i in order)), USUAL, TODAY)
    assert [found[i] for i in order] == shuffled
    assert found[0] == reasons_of(work_of(rows[0]), USUAL, TODAY)[0]


@given(_rows)
def test_what_is_agreed_ahead_is_never_overdue_missing_or_stale(row: dict[str, Any]) -> None:
    codes = set(said(row | {"next_step_date": ago(-1)}))
    assert not codes & {Why.OVERDUE, Why.NO_STEP, Why.LONG, Why.SILENT}
