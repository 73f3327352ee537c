"""One person's KPI over one period: what counts as a week, how far the period is, and when nothing can be said."""

from datetime import date, timedelta

import numpy as np
import pytest

from kpi_engine.agreements.targets import Subject
from kpi_engine.forecasting import feasibility
from kpi_engine.forecasting.feasibility import Outlook, has_chance, outlook_of, season_of
from kpi_engine.forecasting.seasons import FLOWS, seasons
from kpi_engine.metrics.registry import METRICS
from kpi_engine.names import Status
from kpi_engine.periods import parse
from kpi_engine.stats.feasibility import SHARE_MEMORY, count_chance
from kpi_engine.stats.level import level_of
from kpi_engine.views.target_words import likely, next_step, progress, realism, state_of
from tests.metrics.facts import store_of

AS_OF = date(2026, 8, 16)
"""A Sunday: 33 of the 66 working days of the third quarter are over."""


def calls(weeks: int, each: int, owner: str = "Ann", as_of: date = AS_OF) -> list[dict[str, object]]:
    """``each`` calls on the Wednesday of each of the last weeks."""
    days = [as_of - timedelta(days=4 + 7 * i) for i in range(weeks)]
    return [
        {"activity_id": f"{owner}{day}{n}", "owner": owner, "activity_type": "call", "occurred_date": day,
         "is_done": True, "qualification": "unknown"}
        for day in days for n in range(each)
    ]  # fmt: skip


def outlook(rows: list[dict[str, object]], kpi: str = "calls", period: str = "2026-Q3", as_of: date = AS_OF) -> Outlook:
    found = parse(period)
    assert found is not None
    with store_of({"fct_activities": rows}, AS_OF) as store:
        return outlook_of(store.read(), Subject("Ann", kpi, found), as_of)


def test_progress_pace_and_what_is_left_are_as_counted_by_hand() -> None:
    found = outlook(calls(30, 3))
    # Seven Wednesdays from 1 July to 12 August; 33 of 66 working days are gone, 33 are left: 6.6 weeks.
    assert (found.so_far, found.n, found.status) == (21.0, 29, Status.OK)
    assert found.gone == pytest.approx(33 / 66)
    assert found.left == pytest.approx(33 / 5)
    assert found.expected_by_now(40) == pytest.approx(20)
    level = level_of(np.full(29, 3.0))
    weeks = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.6])
    assert found.of(40).probability == pytest.approx(float(count_chance(level, weeks, 40, 21).probability))


def test_weeks_before_a_person_began_are_not_theirs() -> None:
    rows = calls(10, 3) + calls(60, 3, owner="Bo")
    assert outlook(rows).n == 9


def test_an_old_deal_somebody_took_over_does_not_make_them_begin_when_it_was_made() -> None:
    took_over = AS_OF - timedelta(days=4 + 7 * 8)  # a Wednesday: eight whole weeks follow
    won_on = [AS_OF - timedelta(days=4 + 7 * i) for i in range(8)]
    won = [
        {"deal_id": str(day), "owner": "Ann", "kind": "won", "status": "won", "created_date": day, "closed_date": day}
        for day in won_on
    ]
    old = {"deal_id": "old", "owner": "Ann", "kind": "open", "status": "open", "created_date": date(2025, 1, 10)}
    changes = [
        {"deal_id": "old", "owner": "Bo", "kind": "open", "change_date": date(2025, 1, 10), "is_undated": False},
        {"deal_id": "old", "owner": "Ann", "kind": "open", "change_date": took_over, "is_undated": False},
    ]
    period = parse("2026-Q3")
    assert period is not None
    with store_of({"fct_deals": [*won, old], "fct_changes": changes}, AS_OF) as store:
        found = outlook_of(store.read(), Subject("Ann", "won_deals", period), AS_OF)
    assert found.n == 8
    level, left = level_of(np.ones(8)), np.array([1.0] * 6 + [0.6])
    assert found.of(13).probability == pytest.approx(float(count_chance(level, left, 13, 7).probability))


def test_too_few_weeks_say_so_with_their_number() -> None:
    found = outlook(calls(6, 3))
    chance = found.of(30)
    assert (chance.status, chance.n, chance.probability) == (Status.TOO_FEW, 5, None)
    assert realism(found, chance) == (
        "Too little history to say how likely it is: 5 whole weeks are too few: 8 are needed."
    )
    assert found.suggested() is None
    assert not len(found.choices())


def test_what_was_never_done_has_no_chance_to_be_told() -> None:
    found = outlook(calls(30, 3), kpi="emails")
    assert (found.status, found.of(5).probability) == (Status.NO_DATA, None)
    assert found.so_far == 0


def test_what_does_not_happen_but_stands_there_has_no_chance() -> None:
    assert not has_chance(METRICS["expected_value"])
    assert not has_chance(METRICS["cycle_days"])
    assert all(has_chance(METRICS[name]) for name in ("won_value", "qualified_rate", "meetings_held"))


def test_a_period_that_is_over_is_reached_or_not_and_one_to_come_is_not_begun() -> None:
    over = outlook(calls(40, 3), period="2026-Q2")
    assert over.so_far == 39
    assert [over.of(t).probability for t in (39, 40)] == [1.0, 0.0]
    assert [state_of(over, t) for t in (39, 40)] == ["reached", "missed"]
    coming = outlook(calls(40, 3), period="2026-Q4")
    assert state_of(coming, 40) == "not begun"
    assert progress(coming, 40, None) == "begins on 1 Oct 2026"
    assert coming.of(39).probability == pytest.approx(0.5, abs=0.12)


def test_an_earlier_day_knows_nothing_of_what_came_later() -> None:
    then = date(2026, 7, 19)
    assert outlook(calls(30, 3), as_of=then).so_far == 9
    assert outlook(calls(30, 3), as_of=then).n == 25


def test_the_suggestion_is_the_hardest_that_is_sooner_reached_than_not() -> None:
    found = outlook(calls(40, 3))
    best = found.suggested()
    assert best is not None
    assert (found.of(best).probability or 0) >= 0.6 > (found.of(best + 1).probability or 0)


def test_pace_allows_a_case_and_a_tenth() -> None:
    found = outlook(calls(30, 3))  # 21 so far; half of the quarter is over
    assert [state_of(found, t) for t in (21, 30, 38, 42, 46, 48)] == [
        "reached", "ahead", "ahead", "on pace", "on pace", "behind",
    ]  # fmt: skip


def test_who_is_on_pace_is_not_told_that_more_would_be() -> None:
    found = outlook(calls(30, 3))
    assert progress(found, 42, None) == "21 of 42; the pace is about 21 by now"
    assert progress(found, 48, None) == "21 of 48; 24 by now would be on pace"


def test_the_next_step_says_what_a_week_has_to_bring_and_never_compares_with_others() -> None:
    found = outlook(calls(30, 3) + calls(30, 9, owner="Bo"))
    told = next_step(found, 60, found.of(60), None, is_due=True)
    # 39 are missing in 6.6 weeks. 29 weeks of 3, and half a case more over each memory's weight S = Σ(1 - α)^i of them:
    # 3 + 0.5 / (S + 1/6) is 3.022, 3.036, 3.065 and 3.097, each as believable; on average 3.055.
    usual = "The review is due: look at it together. 5.9 a week from here; 3.1 a week is usual for them."
    assert told.startswith(usual)
    assert "Agree on another one" in told
    assert "Bo" not in told


def test_a_change_is_said_beside_the_chance() -> None:
    rows = calls(6, 9) + [row for row in calls(40, 3) if row["occurred_date"] < AS_OF - timedelta(weeks=6)]
    found = outlook(rows)
    assert found.change is not None
    assert "still rising (the last six weeks are 3.0 times those before)" in realism(found, found.of(70))


def test_a_share_rests_on_its_own_cases() -> None:
    rows = []
    for i in range(20):
        for n in range(3):
            day = AS_OF - timedelta(days=4 + 7 * i)
            rows.append(
                {"activity_id": f"{i}{n}", "owner": "Ann", "activity_type": "meeting", "occurred_date": day,
                 "is_done": True, "qualification": "qualified" if n == 0 else "not_qualified"}
            )  # fmt: skip
    found = outlook(rows, kpi="qualified_rate")
    assert found.so_far == pytest.approx(1 / 3)
    assert found.usual == pytest.approx(1 / 3)
    assert (found.of(0.2).probability or 0) > 0.9
    assert (found.of(0.6).probability or 1) < 0.1
    assert state_of(found, 0.33) == "on pace"
    assert state_of(found, 0.5) == "behind"


def test_the_share_that_is_called_usual_is_the_one_the_chance_is_worked_from() -> None:
    rows = [
        {"activity_id": f"{ago}{n}", "owner": "Ann", "activity_type": "meeting", "is_done": True,
         "occurred_date": AS_OF - timedelta(days=4 + 7 * ago), "qualification": "qualified" if n < 4 - ago // 5 else ""}
        for ago in range(20) for n in range(5)
    ]  # fmt: skip
    found = outlook(rows, "qualified_rate", "2026-Q4")
    # Of five meetings a week 4, then 3, 2 and 1 were good ones; the oldest week is not whole.
    good = np.array([4] * 5 + [3] * 5 + [2] * 5 + [1] * 4)
    weight = (1 - SHARE_MEMORY) ** np.arange(19)
    assert found.usual == pytest.approx(float((weight * good).sum() / (5 * weight).sum()))
    # Of a period that is all to come, the usual share is about as likely missed as reached.
    assert found.of(found.usual).probability == pytest.approx(0.5, abs=0.1)


def test_a_chance_is_never_called_certain() -> None:
    assert [likely(p) for p in (0.0, 0.5, 1.0)] == ["under 1 %", "50 %", "over 99 %"]


def test_the_season_of_every_kpi_is_worked_out_once_for_a_day_however_many_a_page_shows(sample_store, monkeypatch):
    asked = []

    def counted(session, kpi, as_of):
        asked.append(kpi)
        return seasons(session, kpi, as_of=as_of)

    monkeypatch.setattr(feasibility, "seasons", counted)
    session, day = sample_store.read(), date(2026, 7, 19)  # a day nothing else looks from
    for _ in range(2):
        for kpi in FLOWS:
            season_of(session, kpi, day)
    assert sorted(asked) == sorted(FLOWS)
