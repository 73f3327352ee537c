"""The Settings page: what is set is said, what is saved is counted, what cannot be is refused in words."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from kpi_engine.agreements.settings import read_settings
from tests.ingest.files import DEALS, write
from tests.pages.conftest import open_page, own_store, words_of
from ui.session import store

Move = Callable[[Path], None]


def widget(app: AppTest, name: str) -> Any:
    return next(box for box in app.selectbox if box.key and box.key.startswith(f"set_{name}"))


def save(app: AppTest) -> AppTest:
    return next(b for b in app.button if b.label == "Save and count anew").click().run()


def test_a_saved_setting_is_in_the_sentence_and_in_the_store(at_home: Move, tmp_path: Path) -> None:
    own_store(tmp_path, write(tmp_path, DEALS))
    at_home(tmp_path)
    app = open_page("settings")
    assert "weeks start on Monday, and the year starts in January" in words_of(app)
    widget(app, "week_start").set_value(7)
    widget(app, "fiscal_year_start_month").set_value(7)
    widget(app, "timezone").set_value("Australia/Sydney")
    save(app)
    assert not app.exception
    assert "everything was counted anew" in words_of(app) + "".join(s.value for s in app.success)
    assert "weeks start on Sunday, and the year starts in July" in words_of(app)
    assert [widget(app, n).value for n in ("week_start", "fiscal_year_start_month", "timezone")] == [
        7, 7, "Australia/Sydney",
    ]  # fmt: skip
    widget(app, "timezone").set_value("")
    save(app)
    assert read_settings(store("own").read()).timezone is None


def test_a_value_that_cannot_be_is_refused_in_a_sentence(at_home: Move, tmp_path: Path) -> None:
    own_store(tmp_path, write(tmp_path, DEALS))
    at_home(tmp_path)
    app = open_page("settings")
    next(box for box in app.text_input if box.label == "Reporting currency").set_value("Kronen")
    save(app)
    assert not app.exception
    assert "is no currency code" in words_of(app)
    assert read_settings(store("own").read()).reporting_currency is None


def test_the_sample_is_counted_as_it_ships(at_home: Move, sample_home: Path) -> None:
    at_home(sample_home)
    app = open_page("settings")
    assert "The sample is counted as it ships" in words_of(app)
    assert all(box.disabled for box in app.selectbox if box.key and box.key.startswith("set_"))


def test_each_setting_says_what_it_changes(at_home: Move, tmp_path: Path) -> None:
    at_home(tmp_path)
    app = open_page("settings", data="My files")
    said = words_of(app)
    for word in ("converted with the rates", "carry an offset", "whole weeks from this day", "fiscal year follow it"):
        assert word in said.replace("\\", "")
