"""The forecast page in front of a person: a month's bar leads to its deals, and their values make the bar."""

import csv

import pytest
from playwright.sync_api import Locator, Page, expect

from kpi_engine.views.words import money
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


def test_the_deals_of_a_month_add_up_to_the_part_of_it_that_open_deals_bring(viewer: Watched) -> None:
    page = viewer.open("forecast").page
    behind = page.locator("details").filter(has=page.get_by_text("Table", exact=True)).first
    behind.locator("summary").click()
    viewer.settle()
    months = csv_of(behind.get_by_test_id("stDataFrame"))
    open_part = {row["label"]: float(row["open"]) for row in months if row["open"]}
    for month, key in (("October", "Oct 2026"), ("November", "Nov 2026")):
        page.locator(".st-key-forecast_month").get_by_text(key).click()
        viewer.settle()
        deals = csv_of(in_sight(page))
        assert len(deals) > 50
        worth = sum(float(deal["worth"]) for deal in deals)
        assert worth == pytest.approx(open_part[key], rel=1e-9)
        expect(page.get_by_text(f"stand behind the {money(worth, 'AUD')} that {month} is to get")).to_be_visible()
        chances = {float(deal["ninety"]) for deal in deals if deal["ninety"]}
        assert len(chances) > 40  # each deal's own, and not one per stage


def csv_of(table: Locator) -> list[dict[str, str]]:
    """The rows of a table, as its own download gives them."""
    table.scroll_into_view_if_needed()
    table.hover()
    around = table.locator("xpath=ancestor::*[@data-testid='stElementContainer'][1]")
    with table.page.expect_download() as download:
        # Its toolbar may lie beneath the head of the page: the click goes to the button itself.
        around.get_by_role("button", name="Download as CSV").dispatch_event("click")
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def in_sight(page: Page) -> Locator:
    """The first table that is not folded away."""
    return page.locator("[data-testid=stDataFrame]:not(details *)").first


def test_the_milestones_tab_says_where_deals_wait_and_lists_the_deals_of_a_stage(viewer: Watched) -> None:
    page = viewer.open("forecast?tab=Milestones").page
    expect(page.get_by_text("The deals that have been there longest")).to_be_visible()
    assert page.locator(".st-key-funnel .barlayer .point").count() > 4
    page.locator(".st-key-milestone_stage").get_by_text("Meeting Held").click()
    viewer.settle()
    waiting = csv_of(in_sight(page))
    days = [int(row["days"]) for row in waiting]
    assert days == sorted(days, reverse=True)
    assert len(days) > 0
    expect(page.get_by_text("The share won is of all deals that ever reached a stage.")).to_be_visible()
    page.locator(".st-key-milestone_cut").get_by_text("Source", exact=True).click()
    viewer.settle()
    assert "milestones_by=" in page.url


def test_the_settings_page_says_how_the_team_counts(viewer: Watched) -> None:
    page = viewer.open("settings").page
    assert page.get_by_test_id("stException").count() == 0
    expect(page.get_by_text("Week starts on").first).to_be_visible()
    expect(page.get_by_text("Fiscal year starts in").first).to_be_visible()


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
