"""A whole one-on-one without a mouse, and its sheet on paper and on a shared screen."""

import io
import urllib.parse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Browser, Download

from kpi_engine.views.sheet_html import sheet_html
from tests.browser.conftest import App, Watched, start_app, stop_app
from tests.browser.test_share import OTHERS
from tests.views.test_sheet import HOSTILE, crowded

REP = "Dane Whitlock"

_FOCUSED = """() => {
    const one = document.activeElement;
    const beside = one.id && document.querySelector(`label[for="${one.id}"]`);
    return (one.getAttribute('aria-label') || beside?.innerText || one.innerText || '').trim();
}"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app of their own: notes and actions are written in it."""
    running = start_app(tmp_path_factory.mktemp("home"))
    yield running
    stop_app(running)


def tab_to(viewer: Watched, label: str, backwards: bool = False) -> None:
    """Press Tab until something that is called so has the focus: nothing else is touched."""
    passed = []
    for _ in range(90):
        viewer.page.keyboard.press("Shift+Tab" if backwards else "Tab")
        passed.append(str(viewer.page.evaluate(_FOCUSED)))
        if passed[-1].splitlines()[-1:] == [label]:
            return
    pytest.fail(f"no Tab leads to {label}: {passed}")


def said(viewer: Watched) -> str:
    return viewer.page.get_by_test_id("stMain").inner_text()


def test_a_whole_one_on_one_is_held_with_the_keyboard_alone(viewer: Watched) -> None:
    viewer.open("one_on_one?data=sample")
    keys = viewer.page.keyboard
    tab_to(viewer, "Rep")
    keys.type("Dane")
    keys.press("Enter")
    viewer.settle()
    assert "What leads" in said(viewer)

    tab_to(viewer, "Your name")
    keys.type("Helena")
    keys.press("Enter")
    viewer.settle()
    tab_to(viewer, "What")
    keys.type("Invite two prospects to the harbour")
    keys.press("Tab")
    keys.type("Dane")
    keys.press("Enter")
    viewer.settle()
    assert "Agreed." in said(viewer)
    assert "Invite two prospects to the harbour" in said(viewer)

    # Loaded anew, the page still knows who types; a shared screen does not tell.
    viewer.open("one_on_one?data=sample&rep=Dane+Whitlock")
    assert viewer.page.get_by_label("Your name", exact=True).input_value() == "Helena"
    viewer.open("one_on_one?data=sample&share=Dane+Whitlock")
    assert viewer.page.get_by_label("Your name", exact=True).input_value() == ""
    viewer.open("one_on_one?data=sample&rep=Dane+Whitlock")
    assert "Helena" not in viewer.page.url + str(viewer.page.evaluate("document.cookie"))

    tab_to(viewer, "Notes")
    keys.type("He wants to try hosted visits")
    keys.press("Control+Enter")
    viewer.settle()
    assert "Notes saved." in said(viewer)

    tab_to(viewer, "Done", backwards=True)
    keys.press("Enter")
    viewer.settle()
    assert "Done: Invite two prospects to the harbour" in said(viewer)
    assert "Nothing is open." in said(viewer)

    tab_to(viewer, "Sheet as PDF", backwards=True)
    with viewer.page.expect_download() as found:
        keys.press("Enter")
    pages = pypdf.PdfReader(io.BytesIO(content(found.value))).pages
    assert len(pages) == 1
    assert f"One-on-one: {REP}" in pages[0].extract_text()
    assert found.value.suggested_filename == "one-on-one-2026-08-31.pdf"

    viewer.page.evaluate("document.activeElement.blur()")
    keys.press("s")
    viewer.page.get_by_text(f"Shared with {REP}").wait_for()
    viewer.settle()
    shared = said(viewer)
    assert "What leads" in shared
    assert "hosted visits" not in shared.lower().replace("hosted visits held", "")
    assert "Helena" not in shared


def content(download: Download) -> bytes:
    return Path(download.path()).read_bytes()


def test_the_sheet_of_a_shared_screen_names_nobody_else_and_tells_no_amount(viewer: Watched) -> None:
    viewer.open(f"one_on_one?data=sample&share={urllib.parse.quote_plus(REP)}")
    sheets = {}
    for kind in ("HTML", "PDF"):
        with viewer.page.expect_download() as found:
            viewer.page.get_by_role("button", name=f"Sheet as {kind}").click()
        sheets[kind] = content(found.value)
    page = sheets["HTML"].decode()
    text = pypdf.PdfReader(io.BytesIO(sheets["PDF"])).pages[0].extract_text()
    for said_there in (page, text):
        assert REP in said_there
        assert "A$" not in said_there
        assert not [name for name in OTHERS if name in said_there and name != REP]


TEXTS = ("w" * 400, "Wide Words " * 60, "Ill till jill. " * 40, HOSTILE * 5, "漢字" * 200, "x")


@pytest.mark.parametrize("text", TEXTS)
def test_the_sheet_prints_on_one_page_of_a4_whatever_is_on_it(browser: Browser, text: str, tmp_path: Path) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    (tmp_path / "sheet.html").write_text(sheet_html(replace(crowded(text)), with_notes=True), encoding="utf-8")
    page.goto((tmp_path / "sheet.html").as_uri())
    printed = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(printed.pages) == 1
    assert "any other may be chance" in " ".join(printed.pages[0].extract_text().split())
    assert asked == [(tmp_path / "sheet.html").as_uri()]  # it fetched nothing but itself
    page.close()
