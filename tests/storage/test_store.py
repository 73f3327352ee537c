"""What a store decides about its own file."""

from pathlib import Path

from kpi_engine.storage.store import Store


def test_long_texts_are_not_squeezed_by_the_method_that_costs_an_import_most(tmp_path: Path):
    with Store.open(tmp_path / "store.duckdb") as store:
        with store.transaction() as session:
            session.run("create table texts as select 'Deal number ' || i as name from range(200000) as numbers (i)")
        methods = store.read().rows(
            "select distinct compression from pragma_storage_info('texts') where segment_type = 'VARCHAR'"
        )
    assert methods
    assert ("FSST",) not in methods
