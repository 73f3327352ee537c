"""The months as somebody uses them: what is booked, and a month worked backwards from a target."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser


def _tab(viewer: Watched, name: str) -> Watched:
    viewer.page.get_by_role("tab", name=name).click()
    return viewer.settle()


def _choose(viewer: Watched, key: str, option: str) -> Watched:
    viewer.page.locator(f".st-key-{key} input").click()
    viewer.page.get_by_role("option", name=option, exact=True).click()
    return viewer.settle()


def _target(viewer: Watched, amount: int) -> Watched:
    field = viewer.page.get_by_test_id("stNumberInputField")
    field.fill(str(amount))
    field.press("Enter")
    return viewer.settle()


def test_the_planner_works_backwards_from_a_target(viewer: Watched) -> None:
    page = _tab(viewer.open("months"), "Planner").page
    _choose(viewer, "plan_month", "June 2027")
    assert viewer.metrics()[0] == "A$0"
    _target(viewer, 500_000)
    asked = re.compile(r"To bring June 2027 to A\$500k, .* of new deals has to be in by")
    expect(page.get_by_text(asked)).to_be_visible()
    first = viewer.metrics()
    _target(viewer, 900_000)
    expect(page.get_by_text(re.compile(r"To bring June 2027 to A\$900k"))).to_be_visible()
    second = viewer.metrics()
    assert second[:2] == first[:2]  # booked and expected of open deals
    assert second[2:] != first[2:]  # missing, and needed
    steps = page.locator(".st-key-plan .ytick")
    # From the bottom of the axis to its top.
    assert [text.strip() for text in steps.all_text_contents()] == [
        "June 2027", "Orders are signed", "First meetings", "New deals are in", "Marketing, first contacts"
    ]  # fmt: skip
    bars = [bar.bounding_box() for bar in page.locator(".st-key-plan .barlayer .point path").all()]
    ends = [bar["x"] + bar["width"] for bar in bars if bar is not None]
    assert len(ends) == 5
    assert ends == sorted(ends)  # each step ends before the next


def test_the_curve_of_another_month_is_that_months_and_stands_in_the_address(viewer: Watched) -> None:
    page = _tab(viewer.open("months"), "Booking curve").page
    assert "months_tab=Booking" in page.url
    _choose(viewer, "booking_month", "December 2026")
    expect(page.get_by_text("December 2026 has A$0 booked")).to_be_visible()
    expect(page.get_by_role("heading", name="How December 2026 fills")).to_be_visible()
    _choose(viewer, "booking_month", "December 2025")
    expect(page.get_by_text("December 2025 came to A$178k")).to_be_visible()


def test_what_is_shown_by_year_can_be_changed(viewer: Watched) -> None:
    page = viewer.open("months").page
    expect(page.get_by_text("Won value: most comes in October")).to_be_visible()
    page.get_by_role("radio", name="Won value by delivery").click()
    viewer.settle()
    expect(page.get_by_text("Won value by delivery: most comes in January")).to_be_visible()
