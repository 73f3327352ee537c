"""Win chances in a real browser: accept a proposal and see EV, trend and movement follow; undo; set one by hand."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kpi_engine import workspace
from tests.agreements.chances import bring_in, estimated
from tests.browser.conftest import App, Watched, start_app, stop_app

pytestmark = pytest.mark.browser

AS_OF = date(2026, 3, 31)
FIRST, LATER = {"Lead": 0.2, "Offer": 0.6}, {"Lead": 0.1, "Offer": 0.3}


def deals() -> str:
    """Twenty open deals, one a week or so; half of them in each stage, worth 10,000 each."""
    days = [AS_OF - timedelta(days=5 * i + 20) for i in range(20)]
    return "".join(
        f"{i},Deal {i},Ann,Boats,{'Lead' if i % 2 else 'Offer'},10000,{day},\n" for i, day in enumerate(days)
    )


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app on an own store in which the history says less than the table in force: EV 80,000, and 40,000 if it is
    accepted."""
    home: Path = tmp_path_factory.mktemp("home")
    path = home / "own" / "tideline.duckdb"
    path.parent.mkdir()
    with workspace.open_store(path) as store:
        with estimated(FIRST):
            bring_in(store, home, deals(), AS_OF)
        with estimated(LATER):
            workspace.rebuild(store)
    running = start_app(home)
    yield running
    stop_app(running)


def last_point(page: Page) -> str:
    """The label at the end of the line of expected value."""
    labels = page.locator("[class*=stPlotlyChart] .annotation-text").all_text_contents()
    found = [text for text in labels if "Expected value" in text]
    assert found, labels
    return re.sub(r"^Expected value\s*", "", found[0])


def win_chances(viewer: Watched) -> Watched:
    """The tab Win chances of the Forecast page."""
    viewer.go("Forecast").page.get_by_role("tab", name="Win chances").click()
    return viewer.settle()


def test_accepting_a_proposal_moves_ev_trend_and_movement_and_the_undo_brings_them_back(viewer: Watched) -> None:
    page = win_chances(viewer.open()).page
    expect(page.get_by_text("Our win chances are too rosy in 2 stages.")).to_be_visible()
    expect(page.get_by_text("Accepting takes expected value from 80k to 40k (−40k).")).to_be_visible()
    viewer.go("Overview")
    assert viewer.metrics()[1] == "80k"
    assert page.get_by_text("As they were").count() == 0

    win_chances(viewer)
    page.get_by_label("Who decides").fill("Mia")
    viewer.press("Accept what our history says")
    expect(page.get_by_text("Accepted: expected value counts with these chances now.")).to_be_visible()
    expect(page.get_by_text("The win chances in force are what our own ended deals say.")).to_be_visible()

    viewer.go("Overview")
    assert viewer.metrics()[1] == "40k"
    expect(page.get_by_text("changing the chances is not work")).to_be_visible()
    expect(page.locator(".st-key-movement").get_by_text("Chances re-set")).to_be_visible()
    assert last_point(page) == "40k"
    page.get_by_text("As they were").click()
    viewer.settle()
    expect(page.get_by_text("win chances re-set", exact=True)).to_be_visible()
    assert last_point(page) == "40k"
    assert "chances=As+they+were" in page.url

    win_chances(viewer).press("Undo: Boats accepted")
    expect(page.get_by_text("Taken back: Boats accepted.", exact=True)).to_be_visible()
    viewer.go("Overview")
    assert viewer.metrics()[1] == "80k"
    assert page.get_by_text("changing the chances is not work").count() == 0
    assert page.locator(".st-key-movement").get_by_text("Chances re-set").count() == 0


def test_a_stage_set_by_hand_needs_a_reason_and_is_marked_on_the_overview(viewer: Watched) -> None:
    page = win_chances(viewer.open()).page
    page.get_by_label("Chance (%)").fill("50")
    viewer.press("Set by hand")
    expect(page.get_by_text("Give a reason")).to_be_visible()
    page.get_by_label("Reason").fill("<b>new</b> price *list* $5")
    viewer.press("Set by hand")
    # What became of it is said where it was decided, not at the top of the page.
    said = page.get_by_text("Lead: set by hand.", exact=True)
    expect(said).to_be_in_viewport()
    assert said.bounding_box()["y"] > page.get_by_role("heading", name="One stage").bounding_box()["y"]
    expect(page.get_by_role("button", name="Undo: Lead set by hand to 50 %")).to_have_count(1)
    viewer.go("Overview")
    assert viewer.metrics()[1] == "110k"
    marked = "1 stage's chance was set by hand: Lead 50 % (<b>new</b> price *list* $5)."
    expect(page.get_by_text(marked)).to_be_visible()
    win_chances(viewer).press("Take back what was set by hand")
    viewer.go("Overview")
    assert viewer.metrics()[1] == "80k"
    assert page.get_by_text(marked).count() == 0
