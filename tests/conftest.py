"""What every test may ask for."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from kpi_engine import workspace
from kpi_engine.storage import store
from kpi_engine.storage.store import Store
from tests.copies import copied, sample_file

# How long an example takes depends on what else the machine does: time is measured in benchmarks/, never here.
settings.register_profile("suite", deadline=None, max_examples=20)
settings.register_profile("thorough", deadline=None, max_examples=400)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

PROJECT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """How the suite can be run."""
    parser.addoption("--threads", type=int, help="how many threads a store may use in the tests; all where not given")


def pytest_configure(config: pytest.Config) -> None:
    """Where as many workers run as there are cores or more, a store that spreads small work over threads only gets in
    the others' way: a fifth of the suite's time. `make test-duckdb2` runs the engine's tests with all threads."""
    if config.getoption("--threads"):
        store.CONFIG["threads"] = config.getoption("--threads")
    # What pandas and Streamlit leave in memory stays there: looking through it again and again finds nothing.
    gc.set_threshold(100_000, 50, 100)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real exports beside the project; a test that needs it is skipped where it is absent."""
    folder = PROJECT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real exports (../shared/data beside the project) are not on this machine")
    return folder


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """All files of the sample in a store, once for a worker; tests only read it."""
    with workspace.open_store(copied(sample_file(), tmp_path_factory.mktemp("sample"))) as opened:
        yield opened
