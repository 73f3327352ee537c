"""The KPI guide as somebody uses it: search, filter, open a card, follow it to a page."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser


def test_a_card_is_found_opened_and_leads_to_its_page(viewer: Watched) -> None:
    page = viewer.open().go("KPI guide").page
    expect(page.get_by_role("heading", name="What do we measure, and why?")).to_be_visible()
    all_cards = page.locator("[class*=st-key-card_]")
    before = all_cards.count()
    assert before > 40
    field = page.get_by_placeholder("meetings, season, won …")
    field.fill("keeps quantity honest")
    viewer.settle()
    expect(all_cards).to_have_count(1)
    assert "find=keeps" in page.url
    page.get_by_text("How exactly").click()
    viewer.settle()
    expect(page.get_by_text("Qualified meetings ÷ Meetings held")).to_be_visible()
    expect(page.get_by_text("Worked example")).to_be_visible()
    page.locator(".st-key-card_qualified_rate").get_by_role("link", name="Quality").click()
    viewer.settle()
    expect(page.get_by_role("heading", name="Is the work good, or only much?")).to_be_visible()


def test_a_search_in_the_address_survives_a_reload(viewer: Watched) -> None:
    page = viewer.open("kpi_guide?find=season&role=Lagging").page
    shown = page.locator("[class*=st-key-card_]").count()
    assert 0 < shown < 20
    page.reload()
    viewer.settle()
    expect(page.locator("[class*=st-key-card_]")).to_have_count(shown)
