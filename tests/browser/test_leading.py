"""Leading signals in front of a person: a square of the board is clicked, and the sentence of its pair is read."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser


def _click(viewer: Watched, kpi: str, result: str) -> Watched:
    """Click the square of a pair, found by where its labels stand."""
    board = viewer.page.locator(".st-key-board")
    label = board.locator(".ytick", has_text=re.compile(f"^{kpi}$"))
    label.scroll_into_view_if_needed()
    row, column = label.bounding_box(), board.locator(".xtick", has_text=re.compile(f"^{result}$")).bounding_box()
    assert row is not None
    assert column is not None
    viewer.page.mouse.click(column["x"] + column["width"] / 2, row["y"] + row["height"] / 2)
    return viewer.settle()


def test_a_square_of_the_board_leads_to_its_sentence(viewer: Watched) -> None:
    page = viewer.open("leading").page
    expect(page.get_by_text(re.compile("What to look at today: qualified meetings"))).to_be_visible()
    page.get_by_role("tab", name="Whole board").click()
    viewer.settle()
    expect(page.get_by_text(re.compile("Ten more qualified meetings were followed, seven weeks later"))).to_be_visible()
    _click(viewer, "Proposals", "Won deals")
    expect(page.get_by_text(re.compile("Ten more proposals were followed, six weeks later"))).to_be_visible()
    expect(page.get_by_text("Proposals per week, 6 weeks earlier")).to_be_visible()
    assert "lead=Proposals" in page.url
    _click(viewer, "Calls", "Won value")
    expect(
        page.get_by_text("Calls: over 155 weeks nothing shows that more of it is followed by more won value.")
    ).to_be_visible()
    assert "lead=Calls" in page.url
    assert "result=Won+value" in page.url
    page.reload()
    viewer.settle()
    expect(page.get_by_text("Calls: over 155 weeks nothing shows")).to_be_visible()
