"""Where deals get stuck, in words and rows: the same numbers as the engine's, and nobody else's deals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from kpi_engine import workspace
from kpi_engine.forecasting.milestones import milestones
from kpi_engine.ingest.shapes import Upload
from kpi_engine.ingest.stage import stage
from kpi_engine.metrics.slice import Slice
from kpi_engine.storage import Session, Store
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.milestones import FROM_CREATION, _stuck_most, milestone_cut_view, milestones_view

ALL = Who()
ONE = Who("Aroha", ("Aroha Keating",))
ASK = Ask(date(2026, 8, 31), date(2025, 9, 1), date(2026, 8, 31), date(2026, 8, 3), currency="AUD")


def stored(*files: Any) -> Store:
    store = Store.in_memory()
    workspace.import_files(store, [Upload(file, file.name) for file in files], reader=stage)
    return store


@pytest.fixture(scope="module")
def session(sample_store: Store) -> Session:
    return sample_store.read()


def test_the_sentence_names_the_stage_from_which_the_smallest_share_goes_on(session: Session) -> None:
    view = milestones_view(session, ASK, ALL)
    frame = milestones(session)
    opens = frame[(frame["kind"] == "open") & (frame["stage_order"] > 0)]
    worst = opens.loc[opens["to_next_value"].idxmin()]
    assert view.stuck == worst["stage"] == "Proposal Sent"
    of_100 = f"{worst['to_next_value'] * 100:.0f}"
    # Of 100 that reach Meeting Held 61 (59 to 63) go on: that may as well be the stage.
    assert view.sentence.startswith(
        "Deals get stuck most at Meeting Held and Proposal Sent, with no clear difference between them: "
        f"of 100 that reach Proposal Sent, {of_100} ("
    )
    assert f"half leave within {opens['days_median'].max():.0f} days" in view.sentence
    assert view.funnel["reached"].tolist() == frame["reached"].iloc[1:].tolist()
    assert view.stages == opens["stage"].tolist()


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ([(0.3, 0.4), (0.5, 0.6), (0.7, 0.8)], "Deals get stuck most at A: of 100 that reach it,"),
        ([(0.3, 0.4), (0.39, 0.6), (0.7, 0.8)], "Deals get stuck most at A and B, with no clear difference"),
        ([(0.3, 0.7), (0.5, 0.6), (0.6, 0.8)], "No stage holds deals up clearly more than the others. Of 100 that"),
    ],
)
def test_a_stage_is_said_to_be_where_deals_get_stuck_only_as_far_as_the_intervals_tell(bounds, said) -> None:
    opens = pd.DataFrame(bounds, columns=["to_next_lower", "to_next_upper"]).assign(stage=["A", "B", "C"])
    assert _stuck_most(opens, opens.iloc[0]).startswith(said)


def test_the_waiting_deals_are_open_in_their_stage_and_the_longest_come_first(session: Session) -> None:
    view = milestones_view(session, ASK, ALL)
    verbal = view.waiting[view.waiting["stage"] == "Verbal Yes"]
    assert len(verbal) == 9  # open now in Verbal Yes, by the sample's page
    assert verbal["days"].is_monotonic_decreasing
    assert [(ASK.as_of - since).days for since in verbal["since"]] == verbal["days"].tolist()
    assert view.waiting.groupby("stage").size().max() <= 30


def test_a_viewer_who_may_see_one_rep_finds_only_that_reps_deals(session: Session) -> None:
    view = milestones_view(session, ASK, ONE)
    assert set(view.waiting["owner"]) == {"Aroha Keating"}
    asked = milestones_view(session, replace(ASK, slice=Slice(owners=("Aroha Keating",))), ALL)
    pd.testing.assert_frame_equal(view.table, asked.table)
    nobody = milestones_view(session, ASK, Who("nobody", ()))
    assert nobody.is_empty


def test_reps_are_not_set_side_by_side(session: Session) -> None:
    nobody_chosen = milestone_cut_view(session, replace(ASK, choice="rep"), ALL)
    assert nobody_chosen.frame.empty
    assert "Choose a rep" in nobody_chosen.why_empty
    one = replace(ASK, choice="rep", slice=Slice(owners=("Dane Whitlock",)))
    own = milestone_cut_view(session, one, ALL)
    assert own.frame["group"].str.match(r"\d{4}-Q[1-4]").all()
    assert own.frame["n"].sum() == milestones(session, one.slice)["reached"].iloc[0]


def test_the_quarters_are_in_order_and_those_with_open_deals_are_not_over(session: Session) -> None:
    view = milestone_cut_view(session, replace(ASK, choice="cohort"), ALL)
    assert view.frame["group"].is_monotonic_increasing
    assert (view.frame["is_over"] == (view.frame["open"] == 0)).all()
    assert not view.frame["is_over"].iloc[-1]
    known = view.frame.dropna(subset=["value"])
    assert (known["value"] + known["waiting"] <= 1 + 1e-9).all()


def test_a_cut_can_be_counted_from_any_stage_and_an_unknown_one_falls_back(session: Session) -> None:
    view = milestone_cut_view(session, replace(ASK, choice="source:Proposal Sent"), ALL)
    assert view.stage == "Proposal Sent"
    assert view.frame["n"].sum() == 931
    assert view.frame["group"].tolist() == sorted(view.frame["group"], key=str.casefold)
    assert milestone_cut_view(session, replace(ASK, choice="weather:Rain"), ALL).stage == FROM_CREATION


def test_without_a_history_it_says_that_nobody_knows(shared_data: Any) -> None:
    with stored(shared_data / "maven-crm" / "sales_pipeline.csv") as store:
        ask = replace(ASK, as_of=date(2017, 12, 31), currency=None)
        view = milestones_view(store.read(), ask, ALL)
        assert not view.has_ways
        assert view.funnel.empty
        assert view.sentence.startswith("Nobody knows where deals get stuck")
        assert "Of those that have ended it is 63 %." in view.sentence
        source = milestone_cut_view(store.read(), replace(ask, choice="source"), ALL)
        assert source.why_empty == "No deal here has a source."
        quarters = milestone_cut_view(store.read(), replace(ask, choice="cohort"), ALL)
        # Those of 2016 were there before the first end that these files know: what became of the others is not known.
        assert quarters.frame.set_index("group").loc["2016-Q4", "text"] == "not known"


def test_an_empty_store_is_empty() -> None:
    with Store.in_memory() as store:
        assert milestones_view(store.read(), ASK, ALL).is_empty
        assert milestone_cut_view(store.read(), ASK, ALL).why_empty == ""
