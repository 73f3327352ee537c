"""Targets in a real browser: put one on trial with the slider, agree on it, review it; a reload shows the same."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import App, Watched, start_app, stop_app
from tests.conftest import PROJECT
from tests.pages.conftest import own_store

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app on the sample company's files as somebody's own: what is agreed there stays there."""
    home = tmp_path_factory.mktemp("home")
    own_store(home, *sorted((PROJECT / "data" / "sample").glob("*.csv")))
    running = start_app(home)
    yield running
    stop_app(running)


def test_a_target_is_tried_agreed_and_reviewed_and_a_reload_shows_the_same(viewer: Watched) -> None:
    chosen = "rep=Tobias+Achterberg&targets_tab=Agree+on+a+target&for_kpi=Meetings+held"
    page = viewer.open(f"targets?data=own&{chosen}").page
    page.get_by_label("Your name", exact=True).fill("Mia")
    page.keyboard.press("Enter")
    viewer.settle()
    handle, told = page.get_by_role("slider").first, page.get_by_text("for Tobias Achterberg in 2026-Q3").first
    before, sentence = handle.input_value(), told.inner_text()
    handle.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    viewer.settle()
    tried = handle.input_value()
    assert tried != before
    assert told.inner_text() != sentence
    assert "target_at=" in page.url

    page.reload()
    viewer.settle()
    assert page.get_by_role("slider").first.input_value() == tried

    page.get_by_label("Why this one").fill("<b>two</b> new *partners* $5")
    page.get_by_label("and", exact=True).fill("Mia")
    viewer.press("Agree")
    expect(page.get_by_text("Agreed: Meetings held, 2026-Q3, Tobias Achterberg.")).to_be_visible()

    viewer.open("targets?data=own&rep=Tobias+Achterberg")
    expect(page.get_by_text("<b>two</b> new *partners* $5").first).to_be_visible()
    viewer.press("Review")
    page.get_by_label("Reviewed with").fill("Mia")
    page.get_by_label("What was said").fill("still holds")
    viewer.press("Keep it")
    expect(page.get_by_text("reviewed and kept")).to_be_visible()
    page.reload()
    viewer.settle()
    expect(page.get_by_text("Reviewed by Tobias Achterberg and Mia on 31 Aug 2026: still holds.")).to_be_visible()
