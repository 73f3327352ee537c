"""The one-on-one of one rep: every figure counted by hand, held against their own past, nobody else on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

import pytest

from kpi_engine import workspace
from kpi_engine.agreements.meetings import Said, agree_action, finish_action, hold
from kpi_engine.agreements.targets import Agreement, agree, subject
from kpi_engine.metrics.slice import Slice
from kpi_engine.names import Status
from kpi_engine.storage.store import Store
from kpi_engine.views.ask import Who
from kpi_engine.views.one_on_one import one_on_one_view
from kpi_engine.views.one_on_one_facts import MOST_DEALS, MOST_INDICATORS
from tests.model.raw import File
from tests.views.one_on_ones import ANN, AS_OF, BO, ask, deal, meetings, seen, small_store

MIA = Said("Mia", datetime(2025, 8, 31, 9, 0))
SHARED = Who(owners=(ANN,), is_sharing=True)


@pytest.fixture(scope="module")
def plain() -> Iterator[Store]:
    """The store nobody writes into."""
    with small_store() as store:
        yield store


@pytest.fixture
def store() -> Iterator[Store]:
    with small_store() as opened:
        yield opened


def test_without_a_meeting_the_last_four_weeks_are_looked_at(plain: Store) -> None:
    view = seen(plain)
    assert view.since == "No meeting is written down yet, so the last four weeks are looked at, from 3 Aug 2025."
    # A-2 came on 18 August; A-3 was won on the 12th and A-6 lost on the 14th.
    assert view.counted == "Since 3 Aug 2025: 1 new deal, 1 won and 1 lost."
    assert view.moved.startswith("Expected value ")


def test_a_question_about_much_and_good_says_first_what_it_is_about(sample_store: Store) -> None:
    question = seen(sample_store, "Dane Whitlock", date(2026, 8, 31)).questions[0]
    assert question.kind == "quality_and_quantity"
    assert question.text.startswith("Dane Whitlock's dials rose by 31 %"), "it stands alone on the sheet"


def test_after_a_meeting_what_happened_since_that_day_is_told(store: Store) -> None:
    for day in (date(2025, 8, 13), AS_OF):
        workspace.decide(store, lambda s, day=day: hold(s, ANN, day, f"Notes of {day}", MIA))
    view = seen(store)
    # The meeting of the day itself is the one that is being held.
    assert view.since == "Since the meeting on 13 Aug 2025."
    assert view.counted == "Since 13 Aug 2025: 1 new deal, 0 won and 1 lost."
    assert view.running is not None
    assert view.running.notes == "Notes of 2025-08-31"
    assert [one.held_on.day for one in view.meetings] == [31, 13]
    then = seen(store, as_of=date(2025, 8, 20)).since
    assert then == "Since the meeting on 13 Aug 2025. The one on 31 Aug 2025 lies after the day one looks from."


def test_leading_figures_are_held_against_this_persons_own_weeks(plain: Store) -> None:
    view = seen(plain)
    held = next(one for one in view.indicators if one.kpi == "meetings_held")
    assert (held.lately, held.usual, held.change) == ("2 a week", "4 in the 26 weeks to 3 Aug", "−50 %")
    assert (held.n, held.status, held.way, held.is_good, held.is_sure) == (26, Status.OK, "down", False, False)
    assert held.line == (4.0,) * 22 + (2.0,) * 4
    assert held.level == 4.0
    good = next(one for one in view.indicators if one.kpi == "qualified_meetings")
    assert (good.lately, good.change, good.is_sure) == ("1 a week", "0 %", False)
    assert len(view.indicators) <= MOST_INDICATORS
    assert "meetings" not in {one.kpi for one in view.indicators}  # the very same count as meetings held


def test_too_few_weeks_are_said_and_nothing_is_compared() -> None:
    with small_store(File("activities", meetings("Cy New", range(6), 3, 1))) as store:
        held = next(one for one in seen(store, "Cy New").indicators if one.kpi == "meetings_held")
    assert (held.lately, held.change, held.status, held.n) == ("3 a week", "", Status.TOO_FEW, 2)
    assert held.usual == "2 weeks before: too few to say what is usual"


def test_quality_stands_beside_quantity_with_n_and_interval(plain: Store) -> None:
    quality = seen(plain).quality
    assert quality is not None
    before, now = quality.spans
    # The last 13 weeks: 4 of 2 and 9 of 4 meetings, one good each. Before them: 17 weeks of 4, one good each.
    assert (now.a_week, now.share, before.a_week, before.share) == ("3.4", 13 / 44, "4.0", 17 / 68)
    # Weeks begin on Mondays: the last thirteen on 2 June, the last four on 4 August.
    assert (before.label, now.label) == ("17 weeks to 1 Jun", "Last 13 weeks, to 31 Aug")
    # Wilson's 80 % interval of 13 in 44, worked out by hand: (13 + z²/2 ± z sqrt(13·31/44 + z²/4)) / (44 + z²).
    z, n, k = 1.2815515655, 44, 13
    half = z * (k * (n - k) / n + z * z / 4) ** 0.5
    assert now.lower == pytest.approx((k + z * z / 2 - half) / (n + z * z))
    assert now.upper == pytest.approx((k + z * z / 2 + half) / (n + z * z))
    assert now.text == "44 meetings held, 3.4 a week; 30 % of 44 qualified (22–39 %)"


def test_results_come_last_and_are_compared_with_the_same_days_a_year_ago(plain: Store) -> None:
    quarter, year = seen(plain).lagging
    # July to 31 August 2025: A-3. The same days of 2024: A-4, not A-5 of December.
    assert (quarter.so_far, quarter.before) == ("€3.0k, 1 deal", "€500, 1 deal by the same day a year ago")
    assert (year.so_far, year.before) == ("€3.0k, 1 deal", "€500, 1 deal by the same day a year ago")
    # Neither in the first five months of 2025 nor in those of 2024 was anything won.
    quarter, year = seen(plain, as_of=date(2025, 5, 31)).lagging
    assert (quarter.so_far, quarter.before) == ("nothing yet", "nothing by the same day a year ago")
    assert (year.so_far, year.before) == ("nothing yet", "nothing by the same day a year ago")
    assert seen(plain, as_of=date(2024, 9, 30)).lagging[0].before == "a year ago is not in the data"


def test_deals_to_talk_about_have_their_reason_and_the_most_at_stake_first() -> None:
    many = tuple(deal(f"A-9{i}", amount=100 + i, next_step_date="2025-08-01") for i in range(6))
    with small_store(extra=many) as store:
        view = seen(store)
    assert len(view.deals) == MOST_DEALS
    assert view.more_deals == 2  # A-1 and six: A-2 has a next step ahead
    assert (view.deals[0].name, view.deals[0].why) == ("Harbour", "Next step 11 days overdue")
    assert [one.name for one in view.deals[1:]] == ["A-95", "A-94", "A-93", "A-92"]
    assert any(one.kind == "deal" and "Harbour" in one.text for one in view.questions)


def test_actions_are_carried_over_until_they_are_done_and_overdue_ones_stand_out(store: Store) -> None:
    first = workspace.decide(store, lambda s: hold(s, ANN, date(2025, 8, 13), "x", MIA))
    late = workspace.decide(
        store, lambda s: agree_action(s, ANN, first.meeting_id, "Call", "Ann", date(2025, 8, 20), MIA)
    )
    workspace.decide(store, lambda s: agree_action(s, ANN, None, "Write", "Mia", AS_OF, MIA))
    workspace.decide(store, lambda s: agree_action(s, BO, None, "Bo's", "Bo", AS_OF, MIA))
    view = seen(store)
    assert [(one.what, one.state, one.due) for one in view.actions] == [
        ("Call", "overdue", "overdue since 20 Aug 2025"),
        ("Write", "open", "due 31 Aug 2025"),
    ]
    assert any(one.kind == "action" and "“Call” is still open" in one.text for one in view.questions)
    workspace.decide(store, lambda s: finish_action(s, late.action_id, date(2025, 8, 22), MIA))
    view = seen(store)
    assert [one.what for one in view.actions] == ["Write"]
    assert [(one.what, one.due) for one in view.done] == [("Call", "done on 22 Aug 2025")]
    assert [one.what for one in view.meetings[0].agreed] == ["Call"]
    # It was done before the next meeting, so that one does not tell it again.
    workspace.decide(store, lambda s: hold(s, ANN, date(2025, 8, 25), "y", MIA))
    assert seen(store).done == ()


def test_agreed_targets_come_first_with_their_pace_and_a_far_one_is_asked_about(store: Store) -> None:
    said = Agreement(ANN, "Mia", date(2025, 7, 1), "new partner", date(2025, 9, 15))
    for kpi, target in (("new_deals", 4), ("qualified_meetings", 200)):
        workspace.decide(
            store, lambda s, kpi=kpi, target=target: agree(s, subject(s, ANN, kpi, "2025-Q3"), target_of(target), said)
        )
    first, second, *_ = seen(store).indicators
    assert {first.kpi, second.kpi} == {"new_deals", "qualified_meetings"}
    good = first if first.kpi == "qualified_meetings" else second
    # The one good meeting of a week is on its Monday: July and August have eight, from 7 July to 25 August.
    assert good.target.startswith("Agreed: 200 in 2025-Q3, behind")
    assert good.pace.startswith("8 of 200;")
    assert any(one.kind == "target" and "looks far from here" in one.text for one in seen(store).questions)


def target_of(number: int):
    from decimal import Decimal

    return Decimal(number)


def test_with_no_rep_chosen_there_is_nothing_but_the_choice(plain: Store) -> None:
    view = seen(plain, None)
    assert (view.owner, view.reps, view.indicators, view.deals) == ("", (ANN, BO), (), ())
    both = replace(ask(), slice=Slice(owners=(ANN, BO)))
    assert one_on_one_view(plain.read(), both, Who()).owner == ""


def test_nobody_else_is_in_it_whatever_is_asked(store: Store) -> None:
    workspace.decide(store, lambda s: hold(s, BO, AS_OF, "About Bo", MIA))
    workspace.decide(store, lambda s: hold(s, ANN, AS_OF, "Ann seems tired", MIA))
    workspace.decide(store, lambda s: agree_action(s, ANN, None, f"Ask {BO} for help", BO, AS_OF, MIA))
    assert BO not in str(replace(seen(store), reps=(), actions=()))
    shared = str(seen(store, who=SHARED))
    assert "Ask a colleague for help" in shared
    assert all(word not in shared for word in (BO, "Bo", "tired", "Mia", "99"))
    assert one_on_one_view(store.read(), ask(BO), SHARED).owner == ""


def test_somebody_without_any_work_has_an_honest_page(plain: Store) -> None:
    view = seen(plain, as_of=date(2023, 11, 15))
    assert view.is_empty
    assert view.questions[0].kind == "open"
    assert view.quality is None
