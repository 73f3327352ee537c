"""The tab Win chances: deciding there changes the numbers elsewhere, and what cannot be decided is a sentence."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi_engine import workspace
from kpi_engine.agreements.probabilities import Decision, override
from tests.agreements.chances import FIRST, LATER, bring_in, estimated
from tests.pages.conftest import open_page, switch, words_of
from ui import columns

Move = Callable[[Path], None]


@pytest.fixture
def home(tmp_path: Path, at_home: Move) -> Path:
    """A home whose own store has a proposal that differs from what is in force."""
    path = tmp_path / "own" / "tideline.duckdb"
    path.parent.mkdir(parents=True)
    with workspace.open_store(path) as store:
        with estimated(FIRST):
            bring_in(store, tmp_path)
        with estimated(LATER):
            workspace.rebuild(store)
    at_home(tmp_path)
    return tmp_path


def ev(app: AppTest) -> str:
    return next(metric.value for metric in app.metric if metric.label.startswith("Expected value"))


def test_accepting_moves_expected_value_and_the_undo_brings_it_back(home: Path) -> None:
    app = open_page("overview", tab="Win chances")
    before = ev(app)
    switch(app, "forecast")
    assert "Our win chances are off in 2 stages\\." in words_of(app)
    assert not [button for button in app.button if button.key == "undo_chances"]
    app.text_input(key="decided_by").set_value("Mia").run()
    app.button(key="accept_all").click().run()
    assert not app.exception
    assert app.success[0].value.startswith("Accepted")
    assert app.button(key="accept_all").disabled
    assert "nothing to accept" in words_of(app)
    assert next(f.value for f in app.dataframe if "state" in f.value)["who"].iloc[0] == "Mia"
    switch(app, "overview")
    assert ev(app) != before
    assert "changing the chances is not work" in words_of(app)
    app.segmented_control(key="chances").set_value("As they were").run()
    assert not app.exception
    switch(app, "forecast")
    app.button(key="undo_chances").click().run()
    assert app.success[0].value.startswith("Taken back")
    switch(app, "overview")
    assert ev(app) == before
    assert "changing the chances" not in words_of(app)


def test_a_stage_is_set_by_hand_only_with_a_reason(home: Path) -> None:
    app = open_page("forecast", tab="Win chances")
    app.selectbox(key="chance_stage").set_value(("Boats", "Offer")).run()
    app.button(key="set_chance").click().run()
    assert "Write the chance in per cent" in app.warning[0].value
    app.number_input(key="chance_value").set_value(70.0)
    app.button(key="set_chance").click().run()
    assert app.error[0].value.startswith("Give a reason")
    app.text_input(key="chance_reason").set_value("a *letter*")
    app.button(key="set_chance").click().run()
    assert not app.exception
    assert "Offer 70 % \\(a \\*letter\\*\\)" in words_of(app)
    app.button(key="take_back").click().run()
    assert "a \\*letter\\*" not in words_of(app)


def test_what_somebody_else_decided_meanwhile_is_not_decided_over(home: Path) -> None:
    app = open_page("forecast", tab="Win chances")
    from decimal import Decimal

    from ui.session import store

    workspace.decide(store("own"), lambda s: override(s, Decision("Bo"), "Boats", "Lead", Decimal("0.3"), "I know"))
    app.button(key="accept_all").click().run()
    assert not app.exception
    assert "moved on since you saw it" in app.error[0].value
    assert "Lead 30 % \\(I know\\)" in words_of(app)


def test_only_the_pipelines_shown_are_accepted(tmp_path: Path, at_home: Move) -> None:
    path = tmp_path / "own" / "tideline.duckdb"
    path.parent.mkdir(parents=True)
    both = ("Boats", "Land")
    with workspace.open_store(path) as store:
        with estimated(FIRST, both):
            bring_in(store, tmp_path)
        with estimated(LATER, both):
            workspace.rebuild(store)
    at_home(tmp_path)
    app = open_page("forecast", tab="Win chances", pipeline="Boats")
    app.button(key="accept_all").click().run()
    assert not app.exception
    listed = next(f.value for f in app.dataframe if "state" in f.value)
    assert list(listed["what"]) == ["Boats accepted", "Land taken automatically", "Boats taken automatically"]


@pytest.mark.parametrize("table", [columns.chances("A$"), columns.deals_ahead("A$", True)], ids=["chances", "deals"])
def test_the_widest_tables_fit_beside_the_sidebar_of_a_small_screen(table: columns.Columns) -> None:
    # 1280 wide, less the sidebar of 300 and the margins of the page.
    assert sum(column["width"] for column in table.values()) <= 896
