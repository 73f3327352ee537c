"""Every kind of decision is numbered by itself, from 1 on."""

from typing import get_args

from kpi_engine.model.decisions import Table, numbered
from kpi_engine.model.qualification import Rule, record_rule
from kpi_engine.storage.store import Store


def test_every_table_of_decisions_is_one_that_numbers_are_given_for() -> None:
    told = Store.in_memory().read().rows("select table_name from duckdb_columns() where column_name = 'version_id'")
    # What rests on a decision holds its number as well: the rows of one, and a dimension.
    found = [name for (name,) in told if not name.startswith("dim_") and not name.endswith("_rows")]
    assert sorted(get_args(Table)) == sorted(found)


def test_each_kind_counts_by_itself_and_from_one() -> None:
    store = Store.in_memory()
    for number in (1, 2, 3):
        with store.transaction() as session:
            assert numbered(session, "target_versions", Rule()).version_id == 1
            assert record_rule(session, Rule(agreed_by=("Ann", "Bob"), version_id=99)).version_id == number
    assert store.read().rows("select version_id from qualification_rules order by 1") == [(1,), (2,), (3,)]
