"""The store of the sample: built when the app is first started, found again, and built anew for other files."""

from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st

from kpi_engine import workspace
from ui import session


def test_the_samples_store_is_built_once_and_anew_for_other_files(
    tmp_path: Path, at_home: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = tmp_path / "files"
    files.mkdir()
    (files / "deals.csv").write_text("Deal ID,Owner,Stage,Amount,Created\nD1,Mia,Offer,100,2026-01-05\n")
    monkeypatch.setattr(session, "SAMPLE_FILES", files)
    at_home(tmp_path / "home")
    first = session.sample_path()
    with workspace.open_store(first) as store:
        assert store.read().value("select sum(amount) from fct_deals") == 100
    built = first.stat().st_mtime_ns
    st.cache_resource.clear()  # as when the app is started again
    assert session.sample_path() == first
    assert first.stat().st_mtime_ns == built
    (files / "deals.csv").write_text("Deal ID,Owner,Stage,Amount,Created\nD1,Mia,Offer,200,2026-01-05\n")
    st.cache_resource.clear()
    second = session.sample_path()
    assert not first.exists()
    with workspace.open_store(second) as store:
        assert store.read().value("select sum(amount) from fct_deals") == 200
