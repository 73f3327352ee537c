"""Writing and taking back: all of a file or none of it, and after an undo nothing is different."""

from pathlib import Path

import pytest

from kpi_engine import workspace
from kpi_engine.errors import UnknownName
from kpi_engine.ingest import commit as committing
from kpi_engine.ingest.shapes import Answers, Upload
from kpi_engine.ingest.stage import stage
from kpi_engine.names import COLUMNS, Kind
from kpi_engine.storage.store import Store
from tests.ingest.files import DEALS, write

HISTORY = (
    "Deal ID,Changed At,Stage,Amount,Owner\nD1,2025-01-06,Lead,1000,Ana\nD1,2025-02-01,Proposal,1000,Ana\n"
    "D2,2025-01-07,Lead,2500.50,Ben\nD2,2025-03-02,Closed Won,2500.50,Ben\n"
)


def upload(folder: Path, content: str, name: str) -> Upload:
    return Upload(write(folder, content, name), name)


def take_in(store, *uploads, **answers):
    given = {u.name: Answers(**answers) for u in uploads} if answers else {}
    return workspace.import_files(store, uploads, given, reader=stage)


def tables(store: Store) -> list[str]:
    found = store.read().rows(
        "select table_name from duckdb_tables() where schema_name = 'main' and not temporary order by all"
    )
    return [name for (name,) in found]


def contents(store: Store) -> dict[str, list]:
    """Every row of every table, but for the counters that only grow."""
    session = store.read()
    return {
        name: sorted(map(repr, session.rows(f'select * from "{name}"')))  # noqa: S608 (names from the catalogue)
        for name in tables(store)
        if name != "store_state"
    }


@pytest.fixture
def store():
    with Store.in_memory() as opened:
        yield opened


def test_the_raw_tables_hold_the_columns_that_names_declares(store):
    for kind in Kind:
        described = store.read().rows(
            "select column_name from duckdb_columns() where table_name = $name", {"name": f"raw_{kind}"}
        )
        assert [c for (c,) in described] == ["import_id", "line", *(c.name for c in COLUMNS[kind])]


def test_an_undo_leaves_every_table_as_it_was(store, tmp_path):
    take_in(store, upload(tmp_path, DEALS, "first.csv"))
    before = contents(store)
    [report] = take_in(store, upload(tmp_path, HISTORY, "history.csv"))
    assert contents(store) != before
    workspace.undo_import(store, report.import_id)
    assert contents(store) == before


def test_undoing_everything_leaves_an_empty_store(store, tmp_path):
    workspace.rebuild(store)
    empty = contents(store)
    reports = take_in(store, upload(tmp_path, DEALS, "a.csv"), upload(tmp_path, HISTORY, "b.csv"))
    for report in reports:
        workspace.undo_import(store, report.import_id)
    assert contents(store) == empty


def test_an_undone_file_can_be_imported_again(store, tmp_path):
    file = upload(tmp_path, DEALS, "a.csv")
    [first] = take_in(store, file)
    before = contents(store)["fct_deals"]
    workspace.undo_import(store, first.import_id)
    [second] = take_in(store, file)
    assert (second.status, second.import_id > first.import_id) == ("committed", True)
    assert len(contents(store)["fct_deals"]) == len(before)


def test_undoing_what_is_not_there_says_so_and_changes_nothing(store, tmp_path):
    take_in(store, upload(tmp_path, DEALS, "a.csv"))
    before = contents(store)
    with pytest.raises(UnknownName, match="No import is called '99'"):
        workspace.undo_import(store, 99)
    assert contents(store) == before


def test_a_failure_half_way_leaves_nothing_behind(store, tmp_path, monkeypatch):
    before = contents(store)

    def fails(session):
        raise RuntimeError("the build broke")

    monkeypatch.setattr(workspace, "build", fails)
    with pytest.raises(RuntimeError, match="the build broke"):
        take_in(store, upload(tmp_path, DEALS, "a.csv"))
    assert contents(store) == before


def test_issues_are_kept_with_their_import(store, tmp_path):
    [report] = take_in(
        store, upload(tmp_path, DEALS + "D4,x,Ana,Lead,abc,2025-01-01,\nD5,y,Ana,Lead,7,2025-01-01,\n", "a.csv")
    )
    assert workspace.issues_of(store, report.import_id) == report.issues
    assert (report.accepted, report.rejected) == (4, 1)


def test_only_declared_tables_are_written():
    with pytest.raises(ValueError, match="no raw table"):
        committing._declared("raw_deals; drop table imports")


def test_originals_are_kept_under_their_hash_and_forgotten_with_an_undo(tmp_path):
    with Store.open(tmp_path / "own" / "tideline.duckdb") as store:
        file = upload(tmp_path, DEALS, "../../evil name.csv".replace("/", "_"))
        [report] = take_in(store, file)
        [row] = workspace.imports(store)
        kept = store.originals / row.sha256
        assert kept.read_bytes() == file.path.read_bytes()
        assert sorted(p.name for p in store.originals.iterdir()) == [row.sha256, row.sha256 + ".json"]
        workspace.undo_import(store, report.import_id)
        assert list(store.originals.iterdir()) == []


def test_a_failed_import_keeps_no_original(tmp_path, monkeypatch):
    with Store.open(tmp_path / "t.duckdb") as store:
        monkeypatch.setattr(workspace, "refresh", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            take_in(store, upload(tmp_path, DEALS, "a.csv"))
        assert list(store.originals.iterdir()) == []


def test_the_same_deals_in_another_order_raise_no_question_and_change_nothing(store, tmp_path):
    take_in(store, upload(tmp_path, DEALS, "a.csv"))
    held = "select deal_id, owner, stage, status, amount, created_at, closed_at, expected_close_date from fct_deals"
    before = store.read().rows(f"{held} order by deal_id")
    header, *rows = DEALS.splitlines()
    [report] = take_in(store, upload(tmp_path, "\n".join((header, *reversed(rows))) + "\n", "b.csv"))
    assert (report.status, store.read().rows(f"{held} order by deal_id")) == ("committed", before)


def test_another_amount_on_the_same_newest_day_is_asked_about(store, tmp_path):
    take_in(store, upload(tmp_path, DEALS, "a.csv"))
    [report] = take_in(store, upload(tmp_path, DEALS.replace("1000", "1001"), "b.csv"))
    assert (report.status, [q.id for q in report.questions]) == ("needs_answer", ["as_of"])
