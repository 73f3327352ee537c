"""Stores made by an older version are brought up to date, whatever they lack."""

import duckdb
import pytest

from kpi_engine import workspace
from kpi_engine.model.checks import ModelError
from kpi_engine.storage import migrate as migrating
from kpi_engine.storage.migrate import migrate, migrations
from kpi_engine.storage.store import Store
from tests.model.raw import File, add, deals


def test_a_migration_numbered_below_one_already_run_is_run_too(monkeypatch):
    later = [(7, "create table seven (n integer)")]
    both = [(6, "create table six (n integer)"), *later]
    with duckdb.connect() as connection:
        monkeypatch.setattr(migrating, "migrations", lambda: later)
        migrate(connection)
        monkeypatch.setattr(migrating, "migrations", lambda: both)
        migrate(connection)
        migrate(connection)
        names = [name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()]
        numbers = connection.execute("select number from schema_migrations order by all").fetchall()
    assert (sorted(names), numbers) == (["schema_migrations", "seven", "six"], [(6,), (7,)])


def test_a_store_of_today_gets_the_columns_for_values_before_a_change():
    with duckdb.connect() as connection:
        for _, sql in [m for m in migrations() if m[0] < 5]:
            connection.execute(sql)
        connection.execute("insert into raw_stage_changes (import_id, line, stage) values (1, 2, 'Lead')")
        connection.execute(dict(migrations())[5])
        assert connection.execute("select stage, old_amount, old_owner from raw_stage_changes").fetchall() == [
            ("Lead", None, None)
        ]


def test_a_store_of_before_keeps_the_win_chances_it_had_as_if_they_had_always_been():
    with duckdb.connect() as connection:
        for _, sql in [m for m in migrations() if m[0] < 10]:
            connection.execute(sql)
        connection.execute("insert into dim_stage_probability values ('', 'Lead', 0.25, 'ladder', 0)")
        connection.execute("update store_state set data_version = 7")
        connection.execute(dict(migrations())[10])
        today = connection.execute("select stage, probability::double, source, how from dim_stage_probability")
        assert today.fetchall() == [("Lead", 0.25, "ladder", "stand_in")]
        always = connection.execute(
            "select stage, probability::double, valid_from::varchar, valid_to from dim_stage_probability_history"
        )
        assert always.fetchall() == [("Lead", 0.25, "0001-01-01", None)]
        assert connection.execute("select stage, n from dim_stage_estimate").fetchall() == [("Lead", 0)]
        assert connection.execute("select data_version, facts_version from store_state").fetchall() == [(7, 0)]


def test_days_and_stays_of_before_can_be_read_until_the_facts_are_built_anew():
    with duckdb.connect() as connection:
        for _, sql in [m for m in migrations() if m[0] < 18]:
            connection.execute(sql)
        connection.execute("insert into deal_days by name select 7 as deal_key, date '2025-01-10' as change_date")
        connection.execute("insert into deal_stays by name select 7 as deal_key, 3 as sequence")
        asked = ("select * from deal_days", "select * from deal_stays")
        before = [connection.execute(sql).fetchall() for sql in asked]
        connection.execute(dict(migrations())[18])
        after = [connection.execute(sql).fetchall() for sql in asked]
    assert after == before
    assert [len(rows) for rows in after] == [1, 1]


ROWS = [
    deals("2025-03-31", {"deal_id": "1", "owner": "Ann", "stage": "Offer", "created_at": "2025-01-10"}),
    File("activities", [{"activity_id": "7", "owner": "Ann", "activity_type": "Meeting", "occurred_at": "2025-03-10",
                         "budget": "yes", "authority": "yes", "need": "yes", "timing": "yes"}]),
]  # fmt: skip


@pytest.mark.parametrize("seen", [3, 10, 12, 16])
def test_a_store_of_before_has_the_facts_of_today_as_soon_as_it_is_opened(monkeypatch, tmp_path, seen):
    """Else its numbers would be those of the old version until the next import."""
    path = tmp_path / "own.duckdb"
    with monkeypatch.context() as before:
        before.setattr(migrating, "migrations", lambda: [m for m in migrations() if m[0] <= seen])
        with Store.open(path) as old, old.transaction() as session:
            for import_id, file in enumerate(ROWS, 1):
                add(session, file, import_id)
    with workspace.open_store(path) as store:
        facts = store.read()
        assert facts.rows("select qualification, qualification_today from fct_activities") == [("qualified",) * 2]
        assert facts.rows("select deal_id, stage from fct_deals") == [("1", "Offer")]
        assert store.notices == ["An older Tideline had worked out this store's numbers: they were worked out anew."]
        version = store.data_version
    with workspace.open_store(path) as again:
        assert (again.notices, again.data_version) == ([], version)


def test_a_store_that_cannot_be_built_anew_is_opened_all_the_same_and_says_so(monkeypatch, tmp_path):
    def broken(session):
        raise ModelError("The facts do not add up.")

    with workspace.open_store(tmp_path / "own.duckdb") as store, store.transaction() as session:
        add(session, ROWS[0], 1)
    monkeypatch.setattr(workspace, "build", broken)
    with workspace.open_store(tmp_path / "own.duckdb") as store:
        assert store.notices == ["The facts do not add up. What is shown is what an older Tideline had worked out."]


def test_a_store_without_imports_has_nothing_to_build_anew(monkeypatch, tmp_path):
    with monkeypatch.context() as before:
        before.setattr(migrating, "migrations", lambda: [m for m in migrations() if m[0] <= 3])
        Store.open(tmp_path / "own.duckdb").close()
    with workspace.open_store(tmp_path / "own.duckdb") as store:
        assert (store.notices, store.data_version) == ([], 0)
