"""Quality in a real browser: agree on a rule and see the ratios and their history behave; drill to the rows."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from kpi_engine import workspace
from kpi_engine.ingest.shapes import Upload
from kpi_engine.ingest.stage import stage
from tests.browser.conftest import App, Watched, start_app, stop_app

pytestmark = pytest.mark.browser

DEALS = "Deal ID,Owner,Stage,Amount,Created Date\nD1,Ann,Offer,100,2025-06-30\n"
ACTIVITIES = "Activity ID,Owner,Activity Type,Date,Budget,Authority,Need,Timing\n" + "".join(
    # In each month ten meetings: of two all four are known, of eight no budget.
    f"{month}{i},Ann,Meeting,2025-{month:02}-{10 + i},{'Yes' if i < 2 else 'No'},Yes,Yes,Yes\n"
    for month in range(1, 7)
    for i in range(10)
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app on an own store of sixty meetings, twelve of which meet the default rule."""
    home: Path = tmp_path_factory.mktemp("home")
    path = home / "own" / "tideline.duckdb"
    path.parent.mkdir()
    for name, text in (("deals.csv", DEALS), ("activities.csv", ACTIVITIES)):
        (home / name).write_text(text, encoding="utf-8")
    with workspace.open_store(path) as store:
        files = [home / "deals.csv", home / "activities.csv"]
        workspace.import_files(store, [Upload(file, file.name) for file in files], reader=stage)
    running = start_app(home)
    yield running
    stop_app(running)


def tab(viewer: Watched, name: str) -> Watched:
    """One tab of the Quality page."""
    viewer.page.get_by_role("tab", name=name).click()
    return viewer.settle()


def test_a_rule_that_is_agreed_changes_the_ratios_from_its_day_on_and_all_of_them_by_todays(viewer: Watched) -> None:
    page = viewer.open("quality").page
    expect(page.get_by_text("20 % of 60 meetings held were qualified.")).to_be_visible()
    expect(page.get_by_text("This rule is a default, not yet agreed")).to_be_visible()
    assert page.get_by_text("Judge meetings by").count() == 0

    tab(viewer, "The rule")
    page.get_by_role("button", name="Budget", exact=True).click()
    page.get_by_label("Agreed for inside sales by").fill("Inge")
    page.get_by_label("Agreed for field sales by").fill("<b>Fred</b>")
    since = page.get_by_test_id("stDateInput").filter(has_text="In force from")
    for part, value in (("year", "2025"), ("month", "04"), ("day", "01")):
        since.get_by_role("spinbutton", name=re.compile(part, re.IGNORECASE)).fill(value)
    viewer.press("Save the rule")
    expect(page.get_by_text("Saved, and every meeting was judged anew.")).to_be_visible()
    expect(page.get_by_text("Agreed by Inge and <b>Fred</b>, in force since 1 Apr 2025.")).to_be_visible()

    # Three months of two in ten, three months of all: 36 of 60.
    tab(viewer, "Meetings")
    expect(page.get_by_text("60 % of 60 meetings held were qualified.")).to_be_visible()
    expect(page.get_by_text("Each meeting is judged by the rule in force on its day.")).to_be_visible()
    page.get_by_role("radio", name="Today's rule").click()
    viewer.settle()
    expect(page.get_by_text("100 % of 60 meetings held were qualified.")).to_be_visible()
    assert "judged_by=Today" in page.url

    tab(viewer, "Funnel")
    expect(page.get_by_text(re.compile(r"Qualified meetings of meetings held: 100 % .*60 of 60"))).to_be_visible()
    page.get_by_role("radio", name="The rule of their day").click()
    viewer.settle()
    expect(page.get_by_text(re.compile(r"Qualified meetings of meetings held: 60 % .*36 of 60"))).to_be_visible()

    # The rows behind add up, and so do those of the other side.
    page.get_by_text("The rows behind").click()
    viewer.settle()
    expect(page.get_by_text("36 qualified meetings, row by row.")).to_be_visible()
    page.locator(".st-key-behind_choice").get_by_role("radio", name="Meetings held").click()
    viewer.settle()
    expect(page.get_by_text("60 meetings held, row by row.")).to_be_visible()

    # No table of what pays is cut, also on a small screen.
    page.set_viewport_size({"width": 1280, "height": 720})
    tab(viewer, "What pays")
    page.get_by_text("Table", exact=True).first.click()
    viewer.settle()
    wide = page.evaluate("[...document.querySelectorAll('.dvn-scroller')].map(e => [e.scrollWidth, e.clientWidth])")
    assert wide
    assert all(needed <= there for needed, there in wide), wide
