"""The sample as a store, once for all tests of forecasts."""

from collections.abc import Iterator

import pytest

from kpi_engine import workspace
from kpi_engine.ingest.shapes import Upload
from kpi_engine.ingest.stage import stage
from kpi_engine.storage.store import Store
from tests.conftest import PROJECT


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The sample's files in a store; tests only read it."""
    with workspace.open_store(tmp_path_factory.mktemp("sample") / "tideline.duckdb") as store:
        files = sorted((PROJECT / "data" / "sample").glob("*.csv"))
        workspace.import_files(store, [Upload(file, file.name) for file in files], reader=stage)
        yield store
