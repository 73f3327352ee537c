"""The forecast page in front of a person: a month's bar leads to its deals, and their values make the bar."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser


def test_a_click_on_a_month_lists_its_deals(viewer: Watched) -> None:
    page = viewer.open("forecast").page
    expect(page.get_by_text("September: about A$")).to_be_visible()
    chosen = page.locator(".st-key-forecast_month [aria-checked=true]")
    expect(chosen).to_have_text("Sep 2026")
    # The bars of what open deals bring stand second in the stack; the last but one of them is November.
    bars = page.locator(".st-key-forecast_month_area .barlayer .trace").nth(1).locator(".point path")
    november = bars.nth(bars.count() - 2)
    november.scroll_into_view_if_needed()
    viewer.settle()
    box = november.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 8, box["y"] + box["height"] / 2)
    expect(chosen).to_have_text("Nov 2026")
    viewer.settle()
    expect(page.get_by_text("that November is to get")).to_be_visible()
    page.locator(".st-key-forecast_month").get_by_text("Oct 2026").click()
    viewer.settle()
    expect(page.get_by_text("that October is to get")).to_be_visible()


def test_the_tabs_stand_in_the_address_and_share_what_is_forecast(viewer: Watched) -> None:
    page = viewer.open("forecast").page
    page.locator(".st-key-forecast_of").get_by_text("Won deals").click()
    viewer.settle()
    page.get_by_role("tab", name="Track record").click()
    viewer.settle()
    assert "forecast_of=Won+deals" in page.url
    assert "tab=Track" in page.url
    page.reload()
    page.get_by_text("Against plain rules").wait_for()
    viewer.settle()
    expect(page.locator(".st-key-forecast_of [aria-checked=true]")).to_have_text("Won deals")
