"""Leading signals: what the page says on the sample, on a few weeks, and where there are no activities."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.pages.conftest import open_page, own_store, words_of

Move = Callable[[Path], None]


def said_on(**address: str) -> str:
    app = open_page("leading", **address)
    assert not app.exception
    return words_of(app).replace("\\", "")


def test_the_leading_signals_of_the_sample_are_found(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    said = said_on()
    assert "What to look at today: qualified meetings, proposals" in said
    assert (
        "Ten more qualified meetings were followed, seven weeks later, by about 2.7 more won deals; 80 % between"
        in said
    )
    assert "In the 155 weeks in which both are known, they moved" in said
    assert "Each pair is looked at over the weeks in which both are known, 81 to 156 here: some figures begin" in said
    app = open_page("leading")
    talk = next(frame.value for frame in app.dataframe if "place" in frame.value)
    places = dict(zip(talk["label"], talk["place"], strict=True))
    assert places["Qualified meetings"] == "Worth a place"
    because = dict(zip(talk["label"], talk["evidence"], strict=True))
    assert because["Meetings held"].endswith("seven weeks later. Much the same weeks as qualified meetings.")
    assert because["Proposals"] == "Followed by won deals six weeks later."
    assert {places[name] for name in ("Calls", "Emails", "Tasks", "Notes")} == {"No information so far"}
    assert list(talk["place"]) == sorted(
        talk["place"], key=["Worth a place", "No information so far", "Not enough weeks"].index
    )


def test_the_board_shows_the_pair_that_is_chosen(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("leading", leading_tab="Whole board")
    assert "Ten more qualified meetings were followed" in words_of(app)
    app.selectbox(key="lead").set_value("calls").run()
    assert not app.exception
    assert "Calls\\: over 155 weeks nothing shows that more of it is followed by more won deals" in words_of(app)
    app.selectbox(key="result").set_value("won_value").run()
    assert "followed by more won value" in words_of(app)


def test_a_pair_in_the_address_is_the_one_on_screen(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    said = said_on(leading_tab="Whole board", lead="Hosted visits", result="Won value")
    assert "Two more hosted visits were followed, seven weeks later, by about A$" in said


def test_a_choice_in_the_lists_lets_go_of_the_square_that_was_clicked(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("leading", leading_tab="Whole board")
    before = app.get("plotly_chart")[0].proto.id
    app.selectbox(key="lead").set_value("emails").run()
    assert app.get("plotly_chart")[0].proto.id != before


def test_one_rep_has_a_board_of_their_own(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    assert said_on(rep="Dane Whitlock") != said_on(rep="Aroha Keating")


@pytest.mark.parametrize("tab", ["Signals", "Whole board"])
def test_without_activities_there_is_nothing_to_lead(tab: str, at_home: Move, maven_home: Path) -> None:
    at_home(maven_home)
    assert "There are deals here, and no activities" in said_on(leading_tab=tab)


@pytest.mark.parametrize("tab", ["Signals", "Whole board"])
def test_a_few_weeks_are_said_to_be_too_few(tab: str, at_home: Move, tmp_path: Path) -> None:
    days = [date(2025, 1, 6) + timedelta(days=7 * i) for i in range(20)]
    deals, calls = tmp_path / "deals.csv", tmp_path / "calls.csv"
    deals.write_text(
        "Deal ID,Owner,Stage,Amount,Created Date,Closed Date,Status\n"
        + "".join(f"D{i},Ann,Won,100,2025-01-01,{day},Won\n" for i, day in enumerate(days))
    )
    calls.write_text(
        "Activity ID,Owner,Activity Type,Date\n" + "".join(f"A{i},Ann,call,{day}\n" for i, day in enumerate(days))
    )
    own_store(tmp_path / "home", deals, calls)
    at_home(tmp_path / "home")
    said = said_on(leading_tab=tab)
    assert {"Signals": "Not enough weeks yet: 18 of 39.", "Whole board": "Not enough weeks: there are 18 whole weeks"}[
        tab
    ] in said
