"""The settings a team decides."""

import pytest

from kpi_engine.agreements.settings import BadSetting, Settings, change_settings, read_settings
from kpi_engine.errors import UnknownName
from kpi_engine.storage.store import Store


def test_a_new_store_counts_in_the_standard_way():
    assert read_settings(Store.in_memory().read()) == Settings(None, None, 1, 1)


def test_a_change_is_kept_and_leaves_the_others():
    store = Store.in_memory()
    with store.transaction() as session:
        change_settings(session, week_start=7, timezone="Australia/Sydney")
    with store.transaction() as session:
        change_settings(session, reporting_currency="aud")
    assert read_settings(store.read()) == Settings("AUD", "Australia/Sydney", 7, 1)


def test_none_sets_back():
    store = Store.in_memory()
    with store.transaction() as session:
        change_settings(session, week_start=7, reporting_currency="EUR")
        assert change_settings(session, week_start=None, reporting_currency=None) == Settings()
    assert read_settings(store.read()) == Settings()


@pytest.mark.parametrize(
    "wrong",
    [
        {"week_start": 0},
        {"week_start": 8},
        {"fiscal_year_start_month": 13},
        {"reporting_currency": "€"},
        {"timezone": "Mars"},
    ],
)
def test_a_value_that_cannot_be_is_refused_and_nothing_is_written(wrong):
    store = Store.in_memory()
    with pytest.raises(BadSetting), store.transaction() as session:
        change_settings(session, **wrong)
    assert read_settings(store.read()) == Settings()


def test_a_setting_nobody_declared_is_named_with_the_nearest():
    with pytest.raises(UnknownName, match="week_start"), Store.in_memory().transaction() as session:
        change_settings(session, week_starts=1)
