"""Every page says something true on the sample, on a real export that lacks much, and where there is nothing yet."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.pages.conftest import PAGES, open_page, switch, words_of

Move = Callable[[Path], None]
every_page = pytest.mark.parametrize("page", PAGES)


@every_page
def test_a_page_runs_on_the_sample(page: str, at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page(page)
    assert not app.exception
    assert "Sample data" in words_of(app)


@every_page
def test_a_page_runs_on_an_export_without_amounts_history_and_activities(
    page: str, at_home: Move, maven_home: Path
) -> None:
    at_home(maven_home)
    app = open_page(page)
    assert not app.exception
    assert "Sample data" not in words_of(app)


@every_page
def test_a_page_on_an_empty_store_says_so_and_what_to_do(page: str, at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page(page, data="My files")
    assert not app.exception
    said = words_of(app)
    told = {"data": "Nothing was imported yet", "settings": "No file names a currency"}
    assert told.get(page, "None of your own files is in yet") in said
    assert not app.metric


def test_the_data_page_opens_with_what_the_store_holds(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    said = words_of(open_page("data")).replace("\\", "")
    assert "2,181 deals and 25,479 activities in 7 files, as of 31 Aug 2026." in said


def test_the_three_numbers_of_the_sample_are_shown_with_their_change(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("overview")
    assert [metric.label for metric in app.metric] == ["Total value \\(TV\\)", "Expected value \\(EV\\)", "EV / TV"]
    assert all(metric.value and metric.delta for metric in app.metric)
    assert "since 3 Aug 2026" in words_of(app)


def test_without_amounts_the_overview_counts_deals_instead_of_inventing_money(at_home: Move, maven_home: Path) -> None:
    at_home(maven_home)
    app = open_page("overview")
    assert [metric.value for metric in app.metric] == ["2,089", "4,238", "63\\.2 %"]
    assert "none of them carries an amount" in words_of(app)


def test_a_filter_in_the_address_changes_the_numbers(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    everybody, one = open_page("overview"), open_page("overview", rep="Aroha Keating")
    assert one.selectbox(key="rep").value == "Aroha Keating"
    assert [m.value for m in one.metric] != [m.value for m in everybody.metric]


def test_a_filter_survives_a_switch_of_page(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("overview", rep="Aroha Keating")
    switch(app, "quality")
    assert app.selectbox(key="rep").value == "Aroha Keating"


def test_a_cause_that_is_chosen_lists_its_deals(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("overview")
    assert not [frame for frame in app.dataframe if "path" in frame.value]
    app.segmented_control(key="cause").set_value("lost").run()
    assert not app.exception
    listed = next(frame.value for frame in app.dataframe if "path" in frame.value)
    assert len(listed) > 0
    assert listed["path"].str.endswith("Lost").all()


def test_a_choice_beneath_the_movement_lets_go_of_the_bar_that_was_clicked(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("overview")
    before = app.get("plotly_chart")[1].proto.id
    app.segmented_control(key="cause").set_value("lost").run()
    assert app.get("plotly_chart")[1].proto.id != before


def test_a_bar_of_the_expected_months_that_is_chosen_lists_its_deals(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("overview")
    app.segmented_control(key="due").set_value("overdue").run()
    assert not app.exception
    frames = {tuple(frame.value): frame.value for frame in app.dataframe}
    bars = next(frame for columns, frame in frames.items() if "when" in columns)
    listed = next(frame for columns, frame in frames.items() if "expected_close_date" in columns)
    overdue = bars[bars["when"] == "Overdue"]
    assert len(listed) == overdue["deals"].sum() > 0
    assert listed["amount"].sum() == pytest.approx(overdue["value"].sum(), abs=0.005)
    assert "deals overdue, worth A\\$" in words_of(app)


def test_a_bar_that_is_gone_under_another_filter_is_let_go_of(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("overview")
    app.segmented_control(key="due").set_value("2026-12-01").run()
    assert app.segmented_control(key="due").value == "2026-12-01"
    app.date_input(key="as_of").set_value(date(2025, 6, 18)).run()
    assert not app.exception
    assert app.segmented_control(key="due").value is None
    assert not [frame for frame in app.dataframe if "expected_close_date" in frame.value]


def test_the_movement_says_where_its_bars_start(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("overview")
    assert "The bars start from then\\: A\\$" in words_of(app)
    assert "change since 3 Aug 2026 (A$)" in app.get("plotly_chart")[1].proto.spec


def test_the_leading_signal_of_the_sample_is_found(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    assert "More qualified meetings were followed by more won deals 7 weeks later" in words_of(open_page("leading"))


def test_no_page_holds_the_amounts_of_the_other_store(at_home: Move, maven_home: Path) -> None:
    at_home(maven_home)
    assert "Aroha" not in words_of(open_page("quality"))
    assert "Sample data" in words_of(open_page("quality", data="Sample"))
