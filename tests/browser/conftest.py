"""The real app in its own process, and a real browser in front of it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Page,
    Playwright,
    Request,
    ViewportSize,
    sync_playwright,
)

from tests.conftest import PROJECT
from tests.copies import copied, sample_file
from ui import session

CHROMIUM_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)

VIEWPORT = ViewportSize(width=1440, height=900)

NO_PICKER = "delete window.showSaveFilePicker"
"""Without it a download asks where to put the file, which nobody can answer here."""

STILL_MS = 400
"""How long nothing may move before a page counts as drawn."""


def chromium() -> str | None:
    """A Chromium that is there: the one named, or the system's."""
    named = os.environ.get("TIDELINE_CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@dataclass
class App:
    """A running app: where it answers, and where it keeps its stores."""

    url: str
    home: Path
    process: "subprocess.Popen[bytes]"
    log: Path


def start_app(home: Path) -> App:
    """Start the app on a free port with a home of its own, and wait until it answers."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    home.mkdir(parents=True, exist_ok=True)
    copied(sample_file(), home / session.sample_place().parent.relative_to(session.home()))
    log = home / "app.log"
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "app.py",
        "--server.port",
        str(port),
        "--server.headless",
        "true",
    ]
    process = subprocess.Popen(
        [*command, "--server.headless", "true", "--server.fileWatcherType", "none"],
        cwd=PROJECT,
        env={**os.environ, "TIDELINE_HOME": str(home)},
        stdout=log.open("wb"),
        stderr=subprocess.STDOUT,
    )
    app = App(f"http://localhost:{port}", home, process, log)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{app.url}/_stcore/health", timeout=2):
                return app
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.3)
    stop_app(app)
    raise RuntimeError(f"the app did not start:\n{log.read_text(encoding='utf-8', errors='replace')}")


def stop_app(app: App) -> None:
    """End the process that was started, and no other."""
    app.process.terminate()
    try:
        app.process.wait(15)
    except subprocess.TimeoutExpired:
        app.process.kill()
        app.process.wait()


def start_browser(playwright: Playwright) -> Browser:
    """A Chromium without a window."""
    return playwright.chromium.launch(executable_path=chromium(), args=list(CHROMIUM_ARGS))


@dataclass
class Watched:
    """A page, and everything it did that it should not."""

    page: Page
    app: App
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for event, listener in self._listeners():
            self.page.on(event, listener)

    def leave(self) -> None:
        """Stop listening, and leave nothing behind for whoever comes next."""
        for event, listener in self._listeners():
            self.page.remove_listener(event, listener)
        self.page.evaluate("localStorage.clear(); sessionStorage.clear()")
        self.page.context.clear_cookies()
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size(VIEWPORT)

    def _listeners(self) -> tuple[tuple[Any, Callable[..., None]], ...]:
        return ("console", self._hear), ("pageerror", self._fail), ("request", self._see)

    def _fail(self, error: Error) -> None:
        self.complaints.append(f"page error: {error}")

    def _hear(self, message: ConsoleMessage) -> None:
        # On a page's own address Streamlit first asks beneath it whether the server is there; the browser notes each
        # 404.
        is_probe = "/_stcore/" in (message.location or {}).get("url", "") and "404" in message.text
        if message.type == "error" and not is_probe:
            self.complaints.append(f"console: {message.text}")

    def _see(self, request: Request) -> None:
        if not request.url.startswith((self.app.url, "data:", "blob:")):
            self.complaints.append(f"request to another host: {request.url}")

    def open(self, path: str = "") -> "Watched":
        """Go to an address of the app and wait until it has drawn."""
        self.page.goto(f"{self.app.url}/{path}")
        self.page.get_by_test_id("stHeading").first.wait_for(timeout=120_000)
        return self.settle()

    def settle(self, still_ms: int = STILL_MS) -> "Watched":
        """Wait until the app has been still for a while: no run, nothing stale, nothing that is still to come. A click
        starts a run within a tenth of a second, so whoever waits for stillness that lasts does not look too early."""
        self.page.evaluate("window.stillSince = undefined")
        self.page.wait_for_function(
            """(howLong) => {
                const still = document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === 'notRunning'
                    && !document.querySelector('[data-stale="true"]')
                    && !document.querySelector('[data-testid="stSpinner"], [data-testid="stSkeleton"]')
                window.stillSince = still ? window.stillSince ?? performance.now() : undefined
                return still && performance.now() - window.stillSince >= howLong
            }""",
            arg=still_ms,
            timeout=120_000,
        )
        return self

    def go(self, name: str) -> "Watched":
        """Another page, by its name in the navigation."""
        self.page.get_by_test_id("stSidebarNavLink").filter(has_text=name).click()
        return self.settle()

    def metrics(self) -> list[str]:
        """The headline numbers as they stand."""
        return [text.strip() for text in self.page.get_by_test_id("stMetricValue").all_inner_texts()]

    def drop(self, *files: Path) -> "Watched":
        """Drop files on the Data page."""
        self.page.locator("[data-testid=stFileUploaderDropzone] input").set_input_files([str(file) for file in files])
        self.page.locator("[class*=st-key-file_]").nth(len(files) - 1).wait_for(timeout=60_000)
        return self.settle()

    def press(self, name: str) -> "Watched":
        """Press a button by its words."""
        self.page.get_by_role("button", name=name).first.click()
        return self.settle()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a worker."""
    if chromium() is None:
        pytest.fail("no Chromium: name one in TIDELINE_CHROMIUM, or let 'make test' find one")
    with sync_playwright() as playwright:
        opened = start_browser(playwright)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app on the sample, started once for all tests of a worker that only look. A module whose tests write has one
    of its own, in a fixture of the same name."""
    running = start_app(tmp_path_factory.mktemp("home"))
    yield running
    stop_app(running)


@pytest.fixture(scope="session")
def screen(browser: Browser) -> Iterator[Page]:
    """The window all tests of a worker look through: a page's script is compiled once in it, which is most of what a
    first look costs."""
    context = browser.new_context(viewport=VIEWPORT, accept_downloads=True)
    context.add_init_script(NO_PICKER)
    yield context.new_page()
    context.close()


@pytest.fixture
def viewer(screen: Page, app: App) -> Iterator[Watched]:
    """A viewer who has seen nothing yet. A complaint of the browser fails the test, whatever else it found."""
    watched = Watched(screen, app)
    yield watched
    watched.leave()
    assert watched.complaints == []
    assert "Traceback" not in app.log.read_text(encoding="utf-8", errors="replace")
