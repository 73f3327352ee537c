"""A setting that changes is in every number at once, or not at all."""

from datetime import date

import pytest

from kpi_engine import workspace
from kpi_engine.agreements.settings import BadSetting, Settings, read_settings
from kpi_engine.errors import UnknownName, UserFileError
from kpi_engine.metrics.query import measure
from kpi_engine.storage.store import Store
from tests.ingest.files import DEALS
from tests.ingest.test_commit import HISTORY, contents, take_in, upload

ZONED = (
    "Deal ID,Changed At,Stage,Amount,Owner\n"
    "D1,2025-01-06T22:30:00Z,Lead,1000,Ana\nD1,2025-03-31T14:30:00Z,Proposal,1000,Ana\n"
    "D2,2025-01-07T03:00:00Z,Lead,2500.50,Ben\nD2,2025-03-02T23:00:00Z,Closed Won,2500.50,Ben\n"
)


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "store" / "t.duckdb") as opened:
        yield opened


def entered(store):
    return store.read().rows(
        "select deal_id, stage, entered_date::varchar from fct_transitions where evidence = 'history' order by all"
    )


def test_a_change_counts_everything_anew_and_raises_the_data_version(store, tmp_path):
    take_in(store, upload(tmp_path, DEALS, "deals.csv"))
    version = store.data_version
    assert workspace.change_settings(store, week_start=7) == Settings(week_start=7)
    assert store.data_version == version + 1
    found = measure(store.read(), ["new_deals"], by=["week"])
    assert list(found["week"]) == [date(2025, 1, 5)]


def test_a_setting_as_it_is_already_changes_nothing(store, tmp_path):
    take_in(store, upload(tmp_path, DEALS, "deals.csv"))
    before, version = contents(store), store.data_version
    assert workspace.change_settings(store, week_start=1, timezone=None) == Settings()
    assert store.data_version == version
    assert contents(store) | {"settings": []} == before


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"week_start": 8}, BadSetting),
        ({"week_start": 7, "timezone": "Mars"}, BadSetting),
        ({"weekstart": 7}, UnknownName),
    ],
)
def test_a_value_that_cannot_be_leaves_the_store_as_it_was(store, tmp_path, changes, error):
    take_in(store, upload(tmp_path, DEALS, "deals.csv"))
    before, version = contents(store), store.data_version
    with pytest.raises(error):
        workspace.change_settings(store, **changes)
    assert (contents(store), store.data_version) == (before, version)


def test_another_time_zone_moves_the_days_of_what_is_in_already(store, tmp_path):
    take_in(store, upload(tmp_path, DEALS, "deals.csv"), upload(tmp_path, ZONED, "history.csv"))
    take_in(store, upload(tmp_path, HISTORY, "wall clock.csv"))
    workspace.undo_import(store, 3)
    in_utc, before = entered(store), contents(store)
    assert ("D1", "Proposal", "2025-03-31") in in_utc
    workspace.change_settings(store, timezone="Australia/Sydney")
    assert ("D1", "Proposal", "2025-04-01") in entered(store)
    assert ("D2", "Lead", "2025-01-07") in entered(store)
    assert [row.import_id for row in workspace.imports(store)] == [2, 1]
    workspace.change_settings(store, timezone=None)
    assert entered(store) == in_utc
    assert contents(store) == before


def test_an_import_after_the_change_is_read_in_the_same_time_zone(store, tmp_path):
    take_in(store, upload(tmp_path, DEALS, "deals.csv"), upload(tmp_path, ZONED, "history.csv"))
    workspace.change_settings(store, timezone="Australia/Sydney")
    moved = entered(store)
    with Store.open(tmp_path / "other" / "t.duckdb") as other:
        workspace.change_settings(other, timezone="Australia/Sydney")
        take_in(other, upload(tmp_path, DEALS, "deals.csv"), upload(tmp_path, ZONED, "history.csv"))
        assert entered(other) == moved


def test_answers_of_old_hold_when_files_are_read_again(store, tmp_path):
    ambiguous = "Deal ID,Owner,Stage,Amount,Create Date\n1,Ann,Lead,5,03/04/2025\n2,Bo,Lead,6,04/05/2025\n"
    take_in(store, upload(tmp_path, ambiguous, "deals.csv"), date_order="dmy")
    before = contents(store)
    workspace.change_settings(store, timezone="Europe/Berlin")
    after = contents(store)
    assert {name for name in before if before[name] != after[name]} == {"settings"}


def test_without_an_original_the_time_zone_stays_and_it_is_said_what_to_do(store, tmp_path):
    take_in(store, upload(tmp_path, DEALS, "deals.csv"))
    for original in store.originals.iterdir():
        original.unlink()
    before = contents(store)
    with pytest.raises(UserFileError, match="Undo that import first"):
        workspace.change_settings(store, timezone="Europe/Berlin")
    assert contents(store) == before
    assert read_settings(store.read()).timezone is None


def test_another_currency_needs_rates_and_deals_without_one_are_counted(store, tmp_path):
    priced = "Deal ID,Owner,Stage,Amount,Currency,Create Date\n"
    priced += "1,Ann,Lead,100,EUR,2025-04-03\n2,Bo,Lead,50,USD,2025-04-04\n"
    rates = "Currency,Date,Rate\nUSD,2025-01-01,0.5\n"
    take_in(store, upload(tmp_path, priced, "deals.csv"), upload(tmp_path, rates, "rates.csv"))
    workspace.change_settings(store, reporting_currency="eur")
    found = measure(store.read(), ["total_value", "deals_without_amount"])
    assert list(found["value"]) == [125, 0]
    assert store.read().value("select currency from dim_currency") == "EUR"
