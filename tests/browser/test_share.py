"""A shared screen: everything the server sends over the socket, for every page, names nobody else."""

import struct
import urllib.parse
from collections.abc import Iterator

import duckdb
import pytest
from playwright.sync_api import WebSocket

from tests.browser.conftest import Watched

ME = "Aroha Keating"
OTHERS = ("Maren Solvik", "Tobias Achterberg", "Lucia Ferrand", "Dane Whitlock", "Joss Merriweather")
SURNAMES = tuple(name.split()[1] for name in OTHERS)
PAGES = ("Overview", "Forecast", "Months", "Quality", "Leading signals", "One-on-one", "Follow-ups", "Targets")
TABS = ("Track record", "Win chances", "Milestones", "Booking curve", "Planner")


@pytest.fixture
def heard(viewer: Watched) -> Iterator[list[bytes]]:
    """Everything that came over the socket since the list was last emptied."""
    frames: list[bytes] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: frames.append(frame if isinstance(frame, bytes) else frame.encode()))

    viewer.page.on("websocket", listen)
    yield frames
    viewer.page.remove_listener("websocket", listen)


def _amounts(viewer: Watched) -> list[float]:
    """The true amounts of the sample's deals, as far as they are no round numbers that stand on a page anyway."""
    (path,) = viewer.app.home.glob("sample-store/*/tideline.duckdb")
    copy = path.with_name("copy.duckdb")
    copy.write_bytes(path.read_bytes())
    with duckdb.connect(str(copy), read_only=True) as connection:
        rows = connection.execute(
            "select distinct amount::double from fct_deals where amount > 1500 and amount % 500 <> 0"
        ).fetchall()
    copy.unlink()
    return [amount for (amount,) in rows]


def _foreign(frames: list[bytes]) -> list[str]:
    said = b"".join(frames)
    assert ME.encode() in said  # the frames can be read
    return [name for name in (*OTHERS, *SURNAMES) if name.encode() in said]


def test_a_shared_screen_names_nobody_else_and_tells_no_amount_on_any_page(
    viewer: Watched, heard: list[bytes]
) -> None:
    viewer.open("?data=sample")
    amounts = _amounts(viewer)
    assert _foreign([*heard, ME.encode()]) != []  # before it is shared, others are there
    heard.clear()
    viewer.open(f"?data=sample&rep={urllib.parse.quote_plus(OTHERS[0])}&share={urllib.parse.quote_plus(ME)}")
    told = [struct.pack("<d", amount) for amount in amounts]
    for page in PAGES:
        viewer.go(page)
        for tab in viewer.page.get_by_role("tab").all():
            if tab.is_visible() and tab.inner_text() in TABS:
                tab.click()
                viewer.settle()
        assert _foreign(heard) == [], page
        assert "A$" not in b"".join(heard).decode("utf-8", errors="replace"), page
        everything = b"".join(heard)
        assert [amount for amount in told if amount in everything] == [], page
        address = urllib.parse.unquote_plus(viewer.page.url)
        assert f"share={ME}" in address
        assert not any(name in address for name in OTHERS)
        heard.clear()
        heard.append(ME.encode())


def test_one_key_shares_the_screen_and_stops_sharing_it(viewer: Watched, heard: list[bytes]) -> None:
    viewer.open(f"?data=sample&rep={urllib.parse.quote_plus(ME)}")
    before = viewer.metrics()
    viewer.page.keyboard.press("s")
    viewer.page.get_by_text("Shared with Aroha Keating").wait_for()
    viewer.settle()
    assert viewer.metrics()[1] == "100"
    assert viewer.page.get_by_test_id("stSidebarNavLink").filter(has_text="Data").count() == 0
    heard.clear()
    viewer.page.reload()
    viewer.page.get_by_text("Shared with Aroha Keating").wait_for()
    viewer.settle()
    assert _foreign(heard) == []
    assert viewer.metrics()[1] == "100"
    viewer.page.get_by_role("radio", name="As they are").click()
    viewer.settle()
    assert viewer.metrics() == before
    viewer.page.keyboard.press("s")
    viewer.page.get_by_text("Shared with Aroha Keating").wait_for(state="detached")
    assert "share=" not in viewer.page.url
