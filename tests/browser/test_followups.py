"""Follow-ups as somebody uses them: one rep's list, a deal opened by its row, and a file that adds up to the page."""

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser


def _stake(page: Page) -> tuple[int, float]:
    """How many deals the page says need somebody, and what is at stake, in thousands."""
    said = page.get_by_text(re.compile(r"open deals? needs? somebody:")).first.inner_text()
    found = re.search(r"(\d+) of \d+ open deals need somebody: A\$([\d.]+)k", said)
    assert found is not None, said
    return int(found[1]), float(found[2])


def _file(page: Page, folder: Path) -> list[dict[str, str]]:
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download this list").click()
    path = folder / "follow-ups.csv"
    waiting.value.save_as(path)
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def test_one_reps_list_adds_up_and_a_row_opens_its_deal(viewer: Watched, tmp_path: Path) -> None:
    page = viewer.open("followups").page
    everybody, _ = _stake(page)
    assert len(_file(page, tmp_path)) == everybody

    page.locator(".st-key-rep input").click()
    page.get_by_role("option", name="Lucia Ferrand", exact=True).click()
    viewer.settle()
    assert "rep=Lucia" in page.url
    n, stake = _stake(page)
    rows = _file(page, tmp_path)
    assert 0 < len(rows) == n < everybody
    assert {row["Rep"] for row in rows} == {"Lucia Ferrand"}
    assert sum(float(row["Expected value at stake"]) for row in rows) / 1000 == pytest.approx(stake, abs=0.5)

    # The first cell of the first row is the box that chooses it.
    page.get_by_test_id("stDataFrame").first.click(position={"x": 16, "y": 52})
    viewer.settle()
    expect(page.get_by_text(f"{rows[0]['Account']} · {rows[0]['Stage']} · A$58,000 · Lucia Ferrand")).to_be_visible()
    expect(page.get_by_text("“Call to settle the contract” was agreed for 10 Aug 2026")).to_be_visible()
    lanes = [text.strip() for text in page.locator(".st-key-timeline .ytick").all_text_contents()]
    assert {"Enquiry", "Proposal Sent", "Emails", "Agreed and expected"} <= set(lanes)


def test_a_deal_can_be_opened_from_the_keyboard(viewer: Watched) -> None:
    page = viewer.open("followups").page
    page.locator(".st-key-deal input").focus()
    page.keyboard.type("Corrindale Legal")
    page.keyboard.press("Enter")
    viewer.settle()
    expect(page.get_by_text("Its expected close date has been moved later 4 times.")).to_be_visible()
