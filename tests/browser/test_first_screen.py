"""What somebody sees who has just started Tideline."""

from typing import Literal

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser

PAGES = (
    "Overview", "Forecast", "Months", "Quality", "Leading signals", "One-on-one", "Follow-ups", "Targets", "Data",
    "KPI guide", "Settings",
)  # fmt: skip


def test_the_first_screen_is_the_sample_marked_as_sample(viewer: Watched) -> None:
    page = viewer.open().page
    expect(page.get_by_role("heading", name="What is our work worth?")).to_be_visible()
    expect(page.get_by_text("Sample data")).to_be_visible()
    expect(page.get_by_role("link", name="Use my own files")).to_be_visible()
    assert len(viewer.metrics()) == 3
    expect(page.get_by_text("Expected value rose by")).to_be_visible()


def test_a_filter_stands_in_the_address_and_a_reload_gives_the_same_figures(viewer: Watched) -> None:
    page = viewer.open().page
    everybody = viewer.metrics()
    page.locator(".st-key-rep input").click()
    page.get_by_role("option", name="Aroha Keating").click()
    viewer.settle()
    one = viewer.metrics()
    assert one != everybody
    assert "rep=Aroha" in page.url
    page.reload()
    page.get_by_test_id("stMetricValue").first.wait_for()
    assert viewer.settle().metrics() == one
    viewer.go("Quality").go("Overview")
    assert "rep=Aroha" in page.url
    assert viewer.metrics() == one


def test_a_click_on_a_bar_lists_its_deals(viewer: Watched) -> None:
    page = viewer.open().page
    bars = page.locator(".st-key-movement .barlayer .point path")
    before = page.get_by_test_id("stDataFrame").count()
    bars.nth(1).scroll_into_view_if_needed()
    viewer.settle()
    box = bars.nth(1).bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.get_by_test_id("stDataFrame")).to_have_count(before + 1)
    expect(page.locator(".st-key-cause [aria-checked=true]")).to_have_text("New")


def test_a_click_on_overdue_or_any_other_expected_bar_lists_its_deals(viewer: Watched) -> None:
    page = viewer.open().page
    chart = page.locator(".st-key-expected")
    chart.scroll_into_view_if_needed()
    viewer.settle()
    for bar, said in (("Overdue", "deals overdue, worth"), ("Oct", "expected in October 2026, worth")):
        label = chart.locator(".xtick text").filter(has_text=bar).first.bounding_box()
        axis = chart.locator(".barlayer").bounding_box()
        assert label is not None
        assert axis is not None
        # Straight above the label, just over the axis: whatever part of the bar stands there.
        page.mouse.click(label["x"] + label["width"] / 2, axis["y"] + axis["height"] - 2)
        viewer.settle()
        expect(page.locator(".st-key-due [aria-checked=true]")).to_have_text(bar)
        expect(page.get_by_text(said)).to_be_visible()
    assert page.get_by_test_id("stException").count() == 0


LOOKS: tuple[tuple[Literal["light", "dark"], int, int], ...] = (
    ("light", 1440, 900),
    ("light", 1280, 720),
    ("dark", 1280, 720),
    ("dark", 1440, 900),
)
"""Both lights at both sizes."""

_PAPER = "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"


def _fits(seen: Watched) -> tuple[bool, bool, int]:
    """Nothing is wider than the screen, nothing stands under the header, and nothing went wrong."""
    wide = seen.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    header = seen.page.get_by_test_id("stHeading").first.bounding_box()
    return wide <= 0, header is not None and header["y"] >= 40, seen.page.get_by_test_id("stException").count()


def test_every_page_fits_the_screen_in_both_lights(viewer: Watched) -> None:
    seen, found, papers = viewer.open(), {}, set()
    for name in PAGES:
        seen.go(name)
        for light, width, height in LOOKS:
            seen.page.emulate_media(color_scheme=light)
            seen.page.set_viewport_size({"width": width, "height": height})
            found[name, light, width] = _fits(seen.settle(still_ms=100))  # no run begins: it is only drawn anew
            papers.add((light, seen.page.evaluate(_PAPER)))
    assert found == dict.fromkeys(found, (True, True, 0))
    assert len(found) == len(PAGES) * len(LOOKS)
    assert len(papers) == len({paper for _, paper in papers}) == 2, "each light has a paper of its own on every page"


def test_a_page_opened_by_its_own_address_first_of_all_has_everything_around_it(viewer: Watched) -> None:
    page = viewer.open("quality").page
    expect(page.get_by_role("heading", name="Is the work good, or only much?")).to_be_visible()
    expect(page.get_by_test_id("stSidebarNavLink")).to_have_count(len(PAGES))
