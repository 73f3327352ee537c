"""Homes for the app to run in: the sample as it ships, a real export, nothing at all."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from kpi_engine import workspace
from kpi_engine.ingest.shapes import Upload
from kpi_engine.ingest.stage import stage
from tests.conftest import PROJECT
from tests.copies import copied, sample_file
from ui import session

PAGES = (
    "overview", "forecast", "months", "quality", "leading", "one_on_one", "followups", "targets", "data", "kpi_guide",
    "settings",
)  # fmt: skip

Open = Callable[..., AppTest]


def own_store(home: Path, *files: Path) -> None:
    """An own store in ``home`` with these files in it."""
    path = home / "own" / "tideline.duckdb"
    path.parent.mkdir(parents=True)
    with workspace.open_store(path) as store:
        reports = workspace.import_files(store, [Upload(file, file.name) for file in files], reader=stage)
    assert [report.status for report in reports] == ["committed"] * len(files)


@pytest.fixture(scope="session", autouse=True)
def components_are_looked_for_once() -> Iterator[None]:
    """Streamlit's test runner searches every installed package for components before each app, a thirteenth of what the
    tests of pages cost. They do not change meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture
def at_home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], None]]:
    """Let the app live in a folder; its stores are closed afterwards. What was worked out of them stays, as it does in
    the app: whatever an answer depends on is part of what it is kept under."""

    def move(home: Path) -> None:
        monkeypatch.setenv("TIDELINE_HOME", str(home))

    st.cache_resource.clear()
    yield move
    st.cache_resource.clear()


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the sample's store where the app looks for it."""
    home = tmp_path_factory.mktemp("sample_home")
    copied(sample_file(), home / session.sample_place().parent.relative_to(session.home()))
    return home


@pytest.fixture(scope="session")
def maven_home(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Path:
    """A home whose own store holds one real export: no amounts on open deals, no history, no activities."""
    home = tmp_path_factory.mktemp("maven_home")
    own_store(home, shared_data / "maven-crm" / "sales_pipeline.csv")
    return home


@pytest.fixture(scope="session")
def own_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose own store holds the sample's files, for tests that write into a copy of it."""
    home = tmp_path_factory.mktemp("own_sample")
    copied(sample_file(), home / "own")
    return home


def open_page(name: str, **address: str) -> AppTest:
    """The app on one of its pages, run once, with these values in the address."""
    app = AppTest.from_file(str(PROJECT / "tests" / "pages" / "run_app.py"), default_timeout=120)
    for key, value in address.items():
        app.query_params[key] = value
    return app.run() if name == "overview" else switch(app, name)


def switch(app: AppTest, name: str) -> AppTest:
    """The same session on another page."""
    return app.switch_page(f"../../pages/{name}.py").run()


def words_of(app: AppTest) -> str:
    """Everything a page says, in one string."""
    parts = [*app.title, *app.header, *app.subheader, *app.markdown, *app.text, *app.caption, *app.info, *app.error]
    return "\n".join(str(part.value) for part in parts)
