"""Win chances in a real browser: accept a proposal and see EV, trend and movement follow; undo; set one by hand."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kpi_engine import workspace
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.chances import Chances, chances_view
from kpi_engine.views.words import money
from tests.agreements.chances import bring_in
from tests.browser.conftest import App, Watched, start_app, stop_app

pytestmark = pytest.mark.browser

FIRST_DAY, AS_OF = date(2026, 1, 31), date(2026, 3, 31)


def deals(as_of: date) -> str:
    """Deals as they stood on a day: two in three of the sixty that ended by January were won, and none of the sixty
    after; twenty are open, half of them in each stage, 10,000 each."""
    lines = []
    for i in range(120):
        end = FIRST_DAY - timedelta(days=i) if i < 60 else FIRST_DAY + timedelta(days=i - 59)
        if end <= as_of:
            stage = "Won" if i < 60 and i % 3 else "Lost"
            lines.append(f"E{i},Ended {i},Bo,Boats,{stage},1000,{end - timedelta(days=40)},{end}")
    days = [FIRST_DAY - timedelta(days=2 * i) for i in range(20)]
    lines += [
        f"{i},Deal {i},Ann,Boats,{'Lead' if i % 2 else 'Offer'},10000,{day}," for i, day in enumerate(days)
    ]
    return "".join(f"{line}\n" for line in lines)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[App, Chances]]:
    """The app on an own store of two exports: what the first says was taken automatically, and after the second the
    history says less. With it, what the tab says of that."""
    home: Path = tmp_path_factory.mktemp("home")
    path = home / "own" / "tideline.duckdb"
    path.parent.mkdir()
    with workspace.open_store(path) as store:
        for day in (FIRST_DAY, AS_OF):
            bring_in(store, home, deals(day), day)
        view = chances_view(store.read(), Ask(AS_OF, AS_OF, AS_OF, AS_OF), Who())
    running = start_app(home)
    yield running, view
    stop_app(running)


@pytest.fixture(scope="module")
def app(told: tuple[App, Chances]) -> App:
    """The app alone."""
    return told[0]


def worth(told: tuple[App, Chances], **by_hand: float) -> tuple[str, str]:
    """Expected value now and once accepted, with some stages at other chances."""
    stages = told[1].pipelines[0].stages.set_index("stage")
    now, then = (
        sum(by_hand[name] * 100_000 if name in by_hand else stages.loc[name, value] for name in ("Lead", "Offer"))
        for value in ("value_now", "value_then")
    )
    return money(now), money(then)


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


def test_accepting_a_proposal_moves_ev_trend_and_movement_and_the_undo_brings_them_back(
    viewer: Watched, told: tuple[App, Chances]
) -> None:
    before, after = worth(told)
    page = win_chances(viewer.open()).page
    expect(page.get_by_text("Our win chances are too rosy in 2 stages.")).to_be_visible()
    expect(page.get_by_text(f"Accepting takes expected value from {before} to {after} (−")).to_be_visible()
    viewer.go("Overview")
    assert viewer.metrics()[1] == before != after
    assert page.get_by_text("As they were").count() == 0

    win_chances(viewer)
    page.get_by_label("Who decides").fill("Mia")
    viewer.press("Accept what our history says")
    done = page.get_by_test_id("stAlert").get_by_text("Accepted: expected value counts with these chances now.")
    expect(done).to_be_visible()
    expect(page.get_by_text("The win chances in force are what our own ended deals say.")).to_be_visible()

    viewer.go("Overview")
    assert viewer.metrics()[1] == after
    expect(page.get_by_text("changing the chances is not work")).to_be_visible()
    expect(page.locator(".st-key-cause").get_by_text("Chances re-set")).to_be_visible()
    assert last_point(page) == after
    page.get_by_text("As they were").click()
    viewer.settle()
    expect(page.get_by_text("win chances re-set", exact=True)).to_be_visible()
    assert last_point(page) == after
    assert "chances=As+they+were" in page.url

    win_chances(viewer).press("Undo: Boats accepted")
    expect(page.get_by_test_id("stAlert").get_by_text("Taken back: Boats accepted.", exact=True)).to_be_visible()
    viewer.go("Overview")
    assert viewer.metrics()[1] == before
    assert page.get_by_text("changing the chances is not work").count() == 0
    assert page.locator(".st-key-cause").get_by_text("Chances re-set").count() == 0


def test_a_stage_set_by_hand_needs_a_reason_and_is_marked_on_the_overview(
    viewer: Watched, told: tuple[App, Chances]
) -> None:
    page = win_chances(viewer.open()).page
    page.get_by_label("Chance (%)").fill("50")
    viewer.press("Set by hand")
    expect(page.get_by_test_id("stAlert").get_by_text("Give a reason")).to_be_visible()
    page.get_by_label("Reason").fill("<b>new</b> price *list* $5")
    viewer.press("Set by hand")
    # What became of it is said where it was decided, not at the top of the page.
    said = page.get_by_test_id("stAlert").get_by_text("Lead: set by hand.", exact=True)
    expect(page.get_by_test_id("stToast").get_by_text("Lead: set by hand.", exact=True)).to_be_in_viewport()
    assert said.bounding_box()["y"] > page.get_by_role("heading", name="One stage").bounding_box()["y"]
    expect(page.get_by_role("button", name="Undo: Lead set by hand to 50 %")).to_have_count(1)
    viewer.go("Overview")
    assert viewer.metrics()[1] == worth(told, Lead=0.5)[0]
    marked = "1 stage's chance was set by hand: Lead 50 % (<b>new</b> price *list* $5)."
    expect(page.get_by_text(marked)).to_be_visible()
    win_chances(viewer).press("Take back what was set by hand")
    viewer.go("Overview")
    assert viewer.metrics()[1] == worth(told)[0]
    assert page.get_by_text(marked).count() == 0
