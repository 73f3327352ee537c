"""The tab Milestones in the app: what it says, the deals it lists, and what it refuses to rank."""

from collections.abc import Callable
from pathlib import Path

from tests.pages.conftest import open_page, own_store, words_of

Move = Callable[[Path], None]
TAB = {"tab": "Milestones"}


def test_on_the_sample_it_says_where_deals_get_stuck_and_lists_those_that_wait(
    at_home: Move, sample_home: Path
) -> None:
    at_home(sample_home)
    app = open_page("forecast", **TAB)
    assert not app.exception
    assert "Deals get stuck most at Meeting Held and Proposal Sent, with no clear" in words_of(app)
    waiting = next(frame.value for frame in app.dataframe if "since" in frame.value)
    assert len(waiting) == 30
    app.segmented_control(key="milestone_stage").set_value("Verbal Yes").run()
    assert len(next(frame.value for frame in app.dataframe if "since" in frame.value)) == 9
    alts = [chart.proto.alt for chart in app.get("plotly_chart")]
    assert len(alts) == 3
    assert all(alts)


def test_every_cut_is_drawn_and_reps_only_for_a_chosen_one(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("forecast", **TAB)
    for cut in ("segment", "source", "cohort"):
        app.segmented_control(key="milestones_by").set_value(cut).run()
        assert not app.exception
        assert len(app.get("plotly_chart")) == 3
    app.selectbox(key="milestones_from").set_value("Proposal Sent").run()
    assert "reached Proposal Sent in each quarter" in words_of(app)
    app.segmented_control(key="milestones_by").set_value("rep").run()
    assert "Reps are not ranked here" in words_of(app)
    app.selectbox(key="rep").set_value("Dane Whitlock").run()
    assert not app.exception
    assert "Reps are not ranked here" not in words_of(app)


def test_without_a_history_it_says_so_and_what_to_add(at_home: Move, maven_home: Path) -> None:
    at_home(maven_home)
    app = open_page("forecast", **TAB)
    assert not app.exception
    said = words_of(app)
    assert "Nobody knows where deals get stuck" in said
    assert "Add an export of the stage history" in said
    assert len(app.get("plotly_chart")) == 1


def test_a_change_log_in_which_every_deal_is_lost_has_no_win_and_no_error(
    at_home: Move, tmp_path: Path, shared_data: Path
) -> None:
    folder = shared_data / "pipedrive-enpal"
    own_store(tmp_path, *(folder / name for name in ("deal_changes.csv", "stages.csv", "users.csv")))
    at_home(tmp_path)
    app = open_page("forecast", **TAB)
    assert not app.exception
    said = words_of(app)
    assert "none is won so far" in said
    assert "No deal is open here" in said
    assert "8 times a deal moved back" in said


def test_without_any_deal_the_tab_says_what_is_missing(at_home: Move, tmp_path: Path, shared_data: Path) -> None:
    own_store(tmp_path, shared_data / "revops-mattsun" / "activities.csv")
    at_home(tmp_path)
    app = open_page("forecast", **TAB)
    assert not app.exception
    assert not app.get("plotly_chart")
    assert "Your activities are in, and no deals yet" in words_of(app)
