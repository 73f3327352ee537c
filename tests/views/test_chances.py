"""The tab says what is in force, what history says, and what accepting it does, and its numbers agree with the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from kpi_engine import workspace
from kpi_engine.agreements.probabilities import Decision, accept, override, withdraw
from kpi_engine.ingest.shapes import Upload
from kpi_engine.ingest.stage import stage
from kpi_engine.metrics.query import measure
from kpi_engine.metrics.slice import Slice
from kpi_engine.storage.store import Store
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.chances import chances_view
from kpi_engine.views.forecast import forecast_view
from kpi_engine.views.overview import AS_THEY_WERE, overview_view
from tests.agreements.chances import AS_OF, FIRST, LATER, bring_in, estimated

ALL = Who()
ASK = Ask(AS_OF, date(2026, 1, 1), AS_OF, AS_OF - timedelta(days=7), currency="EUR")
ANN = Decision("Ann")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with workspace.open_store(tmp_path / "tideline.duckdb") as opened:
        with estimated(FIRST):
            bring_in(opened, tmp_path)
        with estimated(LATER):
            workspace.rebuild(opened)
        yield opened


def ev(store: Store, ask: Slice | None = None) -> float:
    return float(measure(store.read(), ["expected_value"], ask or Slice())["value"].iloc[0])


def whole(view: object) -> pd.DataFrame:
    return pd.concat([one.stages for one in view.pipelines])  # type: ignore[attr-defined]


def test_the_stages_add_up_to_expected_value_now_and_to_what_it_is_once_accepted(store):
    view = chances_view(store.read(), ASK, ALL)
    assert whole(view)["value_now"].sum() == pytest.approx(ev(store))
    then = whole(view)["value_then"].sum()
    assert whole(view)["change"].sum() == pytest.approx(then - ev(store))
    workspace.decide(store, lambda session: accept(session, replace(ANN, seen=view.seen)))
    assert ev(store) == pytest.approx(then)
    after = chances_view(store.read(), ASK, ALL)
    assert whole(after)["change"].sum() == 0
    assert after.effect == "Our history says what is in force: nothing to accept."
    assert view.would_change
    assert not after.would_change


def test_it_opens_with_the_stage_whose_chance_is_furthest_off_in_money(store):
    view = chances_view(store.read(), ASK, ALL)
    assert view.sentence == (
        "Our win chances are off in 2 stages. Offer counts at 50 %, and 40 ended deals say 40 % (35–45 %)."
    )
    assert view.effect == "Accepting takes expected value from €1.4k to €1.2k (−€100)."
    workspace.decide(store, lambda session: accept(session, ANN))
    assert chances_view(store.read(), ASK, ALL).sentence.startswith("The win chances in force are what our own ended")


def test_a_pipeline_without_enough_ended_deals_offers_nothing_to_accept(store):
    view = chances_view(store.read(), ASK, ALL)
    assert view.acceptable == ("Boats",)
    land = next(one for one in view.pipelines if one.pipeline == "Land")
    assert land.effect.startswith("Too few deals have ended")
    assert land.stages["estimate"].isna().all()
    assert view.choices["Land", "Lead"] == (0.5, None)
    only_land = chances_view(store.read(), replace(ASK, slice=Slice(pipelines=("Land",))), ALL)
    assert only_land.sentence.startswith("Too few deals have ended to say how sure we are.")


def test_what_is_set_by_hand_is_marked_here_and_on_the_overview_and_stays_when_the_rest_is_accepted(store):
    hand = lambda session: override(session, ANN, "Boats", "Offer", Decimal("0.7"), "a letter")  # noqa: E731
    workspace.decide(store, hand)
    view = chances_view(store.read(), ASK, ALL)
    said = "1 stage's chance was set by hand: Offer 70 % (a letter)."
    assert said in view.notes
    assert said in overview_view(store.read(), ASK, ALL).notes
    offer = whole(view).set_index("stage").loc["Offer"]
    assert (offer["how"], offer["change"]) == ("set by hand", 0)
    assert view.effect.endswith("What is set by hand stays.")
    assert view.by_hand == (("Boats", "Offer"),)
    elsewhere = replace(ASK, slice=Slice(pipelines=("Land",)))
    assert said not in overview_view(store.read(), elsewhere, ALL).notes


def test_a_forecast_says_that_it_does_not_follow_what_is_set_by_hand_and_only_then(store):
    assert not any("by hand" in note for note in forecast_view(store.read(), ASK, ALL).notes)
    workspace.decide(store, lambda session: override(session, ANN, "Boats", "Offer", Decimal("0.7"), "a letter"))
    assert forecast_view(store.read(), ASK, ALL).notes[0] == (
        "1 stage's chance was set by hand: Offer 70 % (a letter). Expected value counts with that. This forecast does "
        "not: it goes on with what the history says."
    )
    elsewhere = replace(ASK, slice=Slice(pipelines=("Land",)))
    assert not any("by hand" in note for note in forecast_view(store.read(), elsewhere, ALL).notes)


def test_only_stages_of_open_deals_are_offered_to_be_set(store):
    assert set(chances_view(store.read(), ASK, ALL).choices) == {
        ("Boats", "Lead"), ("Boats", "Offer"), ("Land", "Lead")
    }  # fmt: skip


def test_a_small_chance_does_not_read_as_none(tmp_path):
    small = {"Lead": 0.0004, "Offer": 0.002, "Won": 0.95}
    with workspace.open_store(tmp_path / "small.duckdb") as opened:
        with estimated(small):
            bring_in(opened, tmp_path)
        stages = whole(chances_view(opened.read(), ASK, ALL)).set_index("stage").loc[["Lead", "Offer"]].iloc[[0, 2]]
    assert list(stages["in_force"]) == [0.0004, 0.002]
    assert list(stages["interval"]) == ["0–5 %", "0–5 %"]  # 0.0004 and 0.002 less 0.05: the lower ends are nought


def test_every_decision_is_listed_with_what_became_of_it(store):
    workspace.decide(store, lambda session: accept(session, ANN))
    workspace.decide(store, lambda session: override(session, ANN, "Boats", "Offer", Decimal("0.7"), "a letter"))
    listed = chances_view(store.read(), ASK, ALL).versions
    assert list(zip(listed["what"], listed["state"], strict=True)) == [
        ("Offer set by hand to 70 %", "in force"),
        ("Boats accepted", "in force"),
        ("Boats taken automatically", "followed by a newer one"),
    ]
    assert chances_view(store.read(), ASK, ALL).undo == (3, "Offer set by hand to 70 %")
    workspace.decide(store, lambda session: withdraw(session, ANN))
    assert chances_view(store.read(), ASK, ALL).undo == (2, "Boats accepted")
    workspace.decide(store, lambda session: withdraw(session, ANN))
    assert chances_view(store.read(), ASK, ALL).undo is None
    listed = chances_view(store.read(), ASK, ALL).versions
    assert list(zip(listed["what"], listed["state"], strict=True)) == [
        ("Taken back: Boats accepted", ""),
        ("Taken back: Offer set by hand to 70 %", ""),
        ("Offer set by hand to 70 %", "taken back"),
        ("Boats accepted", "taken back"),
        ("Boats taken automatically", "in force"),
    ]


def test_the_headlines_change_is_the_movements_and_says_how_much_of_it_is_no_work(store):
    workspace.decide(store, lambda session: accept(session, ANN))
    view = overview_view(store.read(), ASK, ALL)
    change = view.steps.iloc[-1]["change"]
    assert change == -100
    assert view.headlines[1].change == "−€100"
    assert "In this change, −€100 comes from win chances that were re-set: changing the chances is not work." in (
        view.sentence
    )
    assert view.steps.loc[view.steps["cause"] == "recalibrated", "tone"].tolist() == ["recalibrated"]
    assert set(view.moved["what"]) == {"win chance set anew"}


def test_the_trend_can_be_had_as_it_was_and_ends_where_todays_does(store):
    assert not overview_view(store.read(), ASK, ALL).can_choose_chances
    workspace.decide(store, lambda session: accept(session, ANN))
    now = overview_view(store.read(), ASK, ALL)
    then = overview_view(store.read(), replace(ASK, choice=AS_THEY_WERE), ALL)
    assert now.can_choose_chances
    assert (now.re_set, then.re_set) == ((), (AS_OF,))
    assert now.trend["ev_text"].iloc[-1] == then.trend["ev_text"].iloc[-1] == now.headlines[1].text
    assert list(now.trend["expected_value"])[:-1] != list(then.trend["expected_value"])[:-1]


def test_what_happened_is_counted_of_ended_deals_that_reached_the_stage(tmp_path):
    history = "".join(
        f"{i},2026-01-02,Lead\n{i},2026-01-05,Offer\n{i},2026-01-{10 + i % 9},{'Won' if i < 9 else 'Lost'}\n"
        for i in range(15)
    ) + "".join(f"{i},2026-01-02,Lead\n{i},2026-01-09,Lost\n" for i in range(15, 25))
    closed = [f"2026-01-{10 + i % 9 if i < 15 else 9:02d}" for i in range(25)]
    deals = "".join(
        f"{i},Deal {i},Ann,Boats,{'Won' if i < 9 else 'Lost'},100,2026-01-02,{day}\n" for i, day in enumerate(closed)
    )
    with workspace.open_store(tmp_path / "t.duckdb") as store:
        bring_in(store, tmp_path, deals + "99,Open,Ann,Boats,Lead,100,2026-01-03,\n")
        file = tmp_path / "stage_history.csv"
        file.write_text("Deal ID,Changed At,Stage\n" + history + "99,2026-01-03,Lead\n", encoding="utf-8")
        (report,) = workspace.import_files(store, [Upload(file, file.name)], reader=stage)
        assert report.status == "committed", report.message
        (boats,) = chances_view(store.read(), ASK, ALL).pipelines
    happened = boats.promised.set_index("stage")
    assert (happened.loc["Lead", "n"], happened.loc["Lead", "happened"]) == (25, 9 / 25)
    assert (happened.loc["Offer", "n"], happened.loc["Offer", "happened"]) == (15, 9 / 15)
    assert happened.loc["Offer", "lower"] < 9 / 15 < happened.loc["Offer", "upper"]


def test_deals_whose_stages_nobody_noted_say_nothing_of_a_stage(store):
    (boats,) = (one for one in chances_view(store.read(), ASK, ALL).pipelines if one.pipeline == "Boats")
    assert boats.promised["happened"].isna().all()
    assert set(boats.promised["text"]) == {"0 ended deals, too few to say"}


def test_one_who_sees_some_reps_sees_their_amounts_and_decides_nothing(store):
    view = chances_view(store.read(), ASK, Who("Ann", ("Ann",)))
    assert not view.may_decide
    assert whole(view)["value_now"].sum() == pytest.approx(ev(store, Slice(owners=("Ann",))))


def test_what_accepting_does_is_told_of_the_pipelines_shown_and_is_what_it_does(tmp_path):
    """A filter narrows the amounts of the stages; a decision is about whole pipelines, and only those shown."""
    both = ("Boats", "Land")
    with workspace.open_store(tmp_path / "t.duckdb") as store:
        with estimated(FIRST, both):
            bring_in(store, tmp_path)
        with estimated(LATER, both):
            workspace.rebuild(store)
        every = chances_view(store.read(), ASK, ALL)
        # 1,000 at 10 % and 2,000 at 50 % in Boats, 500 at 10 % in Land; then 20, 40 and 20 %: 1,150 to 1,100.
        assert every.effect.endswith("(−€50).")
        ask = replace(ASK, slice=Slice(owners=("Ann",), pipelines=("Boats",)))
        view = chances_view(store.read(), ask, ALL)
        assert view.acceptable == ("Boats",)
        assert whole(view)["value_now"].sum() == 100
        said = "Accepting takes expected value of Boats for everybody from €1.1k to €1.0k (−€100)."
        assert view.effect == said
        before = ev(store)
        decision = replace(ANN, seen=view.seen)
        workspace.decide(store, lambda session: accept(session, decision, among=view.acceptable))
        assert ev(store) - before == -100
        left = chances_view(store.read(), ASK, ALL)
        assert {one.pipeline: one.would_change for one in left.pipelines} == {"Boats": False, "Land": True}
        assert not chances_view(store.read(), ask, ALL).would_change
        own = chances_view(store.read(), ASK, Who("Ann", ("Ann",)))
        assert "everybody" not in own.effect
        assert "€1" not in own.effect
