"""The sample as a store, for all tests of forecasts."""

import pytest

from kpi_engine.storage.store import Store


@pytest.fixture(scope="session")
def sample(sample_store: Store) -> Store:
    """The sample's files in a store; tests only read it."""
    return sample_store
