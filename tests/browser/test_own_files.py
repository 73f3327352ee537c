"""From a CRM's export to the numbers, and back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import App, Watched, start_app, stop_app

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app of their own: files are uploaded to it."""
    running = start_app(tmp_path_factory.mktemp("home"))
    yield running
    stop_app(running)


AMBIGUOUS = """Deal ID,Deal Name,Deal Owner,Stage,Amount,Created Date,Close Date
1,![x](http://evil.example/a.png) $a$,Ann,Proposal,1000,03/04/2026,05/06/2026
2,<b>bold</b> :red[b],Bob,Proposal,2000,04/05/2026,07/08/2026
3,=1+1,Ann,Lost,3000,02/03/2026,04/05/2026
"""


def to_data(viewer: Watched) -> Watched:
    viewer.open()
    link = viewer.page.get_by_role("link", name="Use my own files")
    if link.count():
        link.click()
        return viewer.settle()
    return viewer.go("Data")


def test_a_real_export_goes_through_the_mapping_to_the_numbers_and_is_undone(
    viewer: Watched, shared_data: Path
) -> None:
    page = to_data(viewer).page
    viewer.drop(shared_data / "maven-crm" / "sales_pipeline.csv")
    expect(page.get_by_text("8,800 of 8,800 rows of deals can be imported.")).to_be_visible()
    page.get_by_text("First rows, as they will be understood").click()
    page.get_by_text("Columns", exact=True).click()
    expect(page.get_by_text("Deal ID (needed)")).to_be_visible()
    viewer.press("Import this file")
    expect(page.get_by_text("8,800 of 8,800 rows of deals imported.")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="See the numbers").click()
    page.get_by_test_id("stMetricValue").first.wait_for()
    assert viewer.settle().metrics() == ["2,089", "4,238", "63.2 %"]
    viewer.go("Data").press("Undo")
    expect(page.get_by_text("Nothing was imported yet.")).to_be_visible(timeout=60_000)
    viewer.go("Overview")
    expect(page.get_by_text("None of your own files is in yet.")).to_be_visible()


def test_an_ambiguous_date_is_asked_and_a_hostile_name_harms_nobody(viewer: Watched, tmp_path: Path) -> None:
    file = tmp_path / "ambiguous.csv"
    file.write_text(AMBIGUOUS, encoding="utf-8")
    page = to_data(viewer).page
    viewer.drop(file)
    expect(page.get_by_text("needs an answer")).to_be_visible()
    expect(page.get_by_role("button", name="Import this file")).to_be_disabled()
    page.get_by_text("Day first: 03/04/2026 is 3 April 2026").click()
    viewer.settle()
    expect(page.get_by_role("button", name="Import this file")).to_be_enabled()
    viewer.press("Import this file")
    expect(page.get_by_text("3 of 3 rows of deals imported.")).to_be_visible(timeout=60_000)
    viewer.go("Overview")
    assert viewer.metrics()[0].startswith("3")
    viewer.go("Data").press("Undo")
    expect(page.get_by_text("Nothing was imported yet.")).to_be_visible(timeout=60_000)


def test_a_file_that_cannot_be_used_says_why_and_changes_nothing(viewer: Watched, tmp_path: Path) -> None:
    file = tmp_path / "deals.csv"
    file.write_bytes(b"PK\x03\x04 not a table \x00\x01")
    page = to_data(viewer).page
    viewer.drop(file)
    expect(page.get_by_text("cannot be used")).to_be_visible()
    expect(page.get_by_text("Unpack it")).to_be_visible()
    expect(page.get_by_role("button", name="Import this file")).to_be_disabled()


def test_rows_that_were_not_taken_can_be_downloaded(viewer: Watched, tmp_path: Path) -> None:
    file = tmp_path / "bad_rows.csv"
    rows = ["Deal ID,Owner,Stage,Amount,Created Date"]
    rows += [f"{i},Ann,Proposal,{i}00,2026-02-{i:02d}" for i in range(1, 20)]
    file.write_text(
        "\n".join([*rows, "20,Ann,Proposal,#REF!,2026-02-20", "21,Ann,Proposal,100,2026-02-31"]), encoding="utf-8"
    )
    page = to_data(viewer).page
    viewer.drop(file).press("Import this file")
    button = page.get_by_role("button", name="What was not taken, and why (CSV)")
    button.wait_for(timeout=60_000)
    viewer.settle()
    with page.expect_download() as download:
        button.click()
    told = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert "2026-02-31" in told
    viewer.press("Undo")
