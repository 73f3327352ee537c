"""Every page says something true on the sample, on a real export that lacks much, and where there is nothing yet."""

import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

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
    assert [metric.label for metric in app.metric] == ["Total value (TV)", "Expected value (EV)", "EV / TV"]
    assert all(metric.value and metric.delta for metric in app.metric)
    assert "since 3 Aug 2026" in words_of(app)


def test_without_amounts_the_overview_counts_deals_instead_of_inventing_money(at_home: Move, maven_home: Path) -> None:
    at_home(maven_home)
    app = open_page("overview")
    assert [metric.value for metric in app.metric] == ["2,089", "4,238", "63\\.2 %"]
    assert "none of them carries an amount" in words_of(app)


def test_the_overview_says_whose_work_became_more_and_worse_and_only_then(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    then = words_of(open_page("overview", as_of="2025-10-12")).replace("\\", "")
    rose = r"Tobias Achterberg's meetings held rose by \d+ % over the last (8 weeks|year)"
    assert re.search(rose + r" while the qualified rate fell from \d+ % to \d+ %\.", then)
    now = words_of(open_page("overview")).replace("\\", "")
    assert "while the qualified rate" not in now
    # Planted: more calls every year, of which fewer reach somebody.
    assert re.search(r"Dane Whitlock's dials rose by \d+ % over the last year while the connect rate fell from", now)
    other = words_of(open_page("overview", as_of="2025-10-12", rep="Maren Solvik")).replace("\\", "")
    assert "Tobias" not in other


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


def movement(app: AppTest) -> Any:
    """The chart of the movement, as it is sent."""
    (found,) = [one.proto for one in app.get("plotly_chart") if "cause by cause" in one.proto.alt]
    return found


def test_a_choice_beneath_the_movement_lets_go_of_the_bar_that_was_clicked(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("overview")
    before = movement(app).id
    app.segmented_control(key="cause").set_value("lost").run()
    assert movement(app).id != before


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
    assert "change since 3 Aug 2026 (A$)" in movement(app).spec


def test_no_page_holds_the_amounts_of_the_other_store(at_home: Move, maven_home: Path) -> None:
    at_home(maven_home)
    assert "Aroha" not in words_of(open_page("quality"))
    assert "Sample data" in words_of(open_page("quality", data="Sample"))


@pytest.mark.parametrize("tab", ["Year", "Booking curve", "Planner"])
@pytest.mark.parametrize("where", ["sample", "maven", "empty"])
def test_every_tab_of_the_months_says_something_true(
    tab: str, where: str, at_home: Move, request: pytest.FixtureRequest
) -> None:
    at_home(request.getfixturevalue("maven_home" if where == "maven" else "sample_home"))
    app = open_page("months", months_tab=tab, **({"data": "My files"} if where == "empty" else {}))
    assert not app.exception
    said = words_of(app)
    if where == "empty":
        assert "None of your own files is in yet" in said
    elif where == "sample":
        told = {"Year": "Won value: most comes in", "Booking curve": "January 2027 has", "Planner": "To bring"}
        assert told[tab].replace(":", "\\:") in said
    else:
        told = {
            "Year": "a year has to be seen twice",
            "Booking curve": "December 2017 came to",
            "Planner": "of new deals has to be in by",
        }
        assert told[tab] in said


def test_another_target_changes_what_the_planner_asks_for(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("months", months_tab="Planner")
    before = [metric.value for metric in app.metric]
    app.number_input[0].set_value(3_000_000.0).run()
    assert not app.exception
    after = [metric.value for metric in app.metric]
    assert after[:2] == before[:2]
    assert after[2:] != before[2:]
    assert "To bring February 2027 to A\\$3\\.00M" in words_of(app)


def test_the_forecast_lists_open_deals_that_add_up_to_their_part_of_the_month(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("forecast")
    assert "September\\: about A\\$" in words_of(app)
    for label in app.segmented_control(key="forecast_month").options:
        app.segmented_control(key="forecast_month").set_value(_key_of(label)).run()
        assert not app.exception
        deals = next(frame.value for frame in app.dataframe if "worth" in frame.value)
        months = next(frame.value for frame in app.dataframe if "open" in frame.value)
        assert deals["worth"].sum() == pytest.approx(float(months.loc[months["label"] == label, "open"].iloc[0]))


def _key_of(label: str) -> str:
    return f"{datetime.strptime(label, '%b %Y'):%Y-%m}"


def test_a_team_or_rep_without_enough_wins_gets_words_instead_of_a_number(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("forecast", rep="Aroha Keating")
    assert "Too few wins to forecast\\: 19 in the last 12 months" in words_of(app)
    assert not [frame for frame in app.dataframe if "worth" in frame.value]
    app = open_page("forecast", rep="Aroha Keating", tab="Track record")
    assert not app.exception
    assert "No forecast of a past month could be scored" in words_of(app)


def test_the_forecast_by_team_and_rep_is_drawn_once_somebody_asks(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("forecast")
    assert not [frame for frame in app.dataframe if "note" in frame.value]
    app.segmented_control(key="forecast_by").set_value("owner").run()
    assert not app.exception
    # Nobody wins often enough alone, and nothing is won yet this month: a sentence, and no table of empty lines.
    assert not [frame for frame in app.dataframe if "note" in frame.value]
    assert "No rep wins often enough for a forecast of their own" in words_of(app)
    app.segmented_control(key="forecast_by").set_value("team").run()
    assert not app.exception


def test_the_track_record_says_who_forecasts_best(at_home: Move, sample_home: Path, maven_home: Path) -> None:
    at_home(sample_home)
    assert "less than any plain rule" in words_of(open_page("forecast", tab="Track record"))
    at_home(maven_home)
    said = words_of(open_page("forecast", tab="Track record"))
    assert "“Same month of last quarter” was nearer than Tideline" in said
    assert "So the mix leans on it" in said


def test_dates_that_are_to_be_chosen_and_are_not_are_spoken_of(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    said = words_of(open_page("overview", period="Choose dates", compare="A date"))
    assert "No dates are chosen yet: shown is all time." in said
    assert "No date is chosen to compare with yet: compared is with 4 weeks ago." in said
    said = words_of(open_page("overview", period="Choose dates", **{"from": "2026-01-05"}))
    assert "Only one date is chosen: shown is until the newest day." in said
    said = words_of(open_page("overview", period="Choose dates", **{"from": "2026-01-05", "to": "2026-02-01"}))
    assert "chosen" not in said


def test_the_open_deals_of_the_card_and_of_the_line_add_up(at_home: Move, maven_home: Path) -> None:
    at_home(maven_home)
    app = open_page("overview")
    # 2,089 deals are open, 500 of them have no created date (shared data's README): the line ends at the others.
    assert app.metric[0].value == "2,089"
    drawn = str(app.get("plotly_chart")[-1].proto.spec)
    assert "1,589" in drawn
    assert "and 500 without" in drawn


def test_deals_without_an_amount_are_valued_where_one_asks_for_it_and_apart(at_home: Move, maven_home: Path) -> None:
    at_home(maven_home)
    app = open_page("overview")
    assert "would add" not in words_of(app)
    before = [one.value for one in app.metric]
    app.toggle(key="typical").set_value(True).run()
    assert "2,089 open deals without an amount would add about 4\\.96M to total value" in words_of(app)
    assert [one.value for one in app.metric] == before
    assert any("Estimated" in str(one.proto.spec) for one in app.get("plotly_chart"))
