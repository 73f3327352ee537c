"""Stores made by an older version are brought up to date, whatever they lack."""

import duckdb

from kpi_engine.storage import migrate as migrating
from kpi_engine.storage.migrate import migrate, migrations


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
