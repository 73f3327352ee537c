"""import, undo and imports: what they print, what they leave behind, how they end."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.conftest import DEALS
from tests.conftest import PROJECT

FIELDS = [
    "file", "kind", "crm", "import_id", "status", "read", "accepted", "rejected", "duplicate", "blank", "skipped",
    "questions", "issues", "rejects_file",
]  # fmt: skip


@pytest.fixture
def deals(tmp_path) -> Path:
    path = tmp_path / "deals.csv"
    path.write_text(DEALS)
    return path


def test_an_import_reports_every_file_the_same_again_is_known_and_undo_takes_it_back(fresh, deals):
    first = fresh.json("import", deals)
    assert [list(row) for row in first] == [FIELDS]
    assert (first[0]["file"], first[0]["kind"], first[0]["status"]) == ("deals.csv", "deals", "committed")
    assert (first[0]["read"], first[0]["accepted"], first[0]["rejects_file"]) == (4, 4, None)
    again = fresh.json("import", deals)
    assert (again[0]["status"], again[0]["import_id"]) == ("already_imported", first[0]["import_id"])
    listed = fresh.json("imports")
    assert [(row["import_id"], row["file"], row["accepted"]) for row in listed] == [
        (first[0]["import_id"], "deals.csv", 4)
    ]
    assert fresh.json("undo", first[0]["import_id"])[0]["status"] == "undone"
    assert fresh.json("imports") == []
    assert {row["value"] for row in fresh.json("kpis")} == {None}


def test_rejected_rows_are_written_beside_the_store(fresh, tmp_path):
    path = tmp_path / "deals.csv"
    path.write_text(DEALS + "D-5,Jetty,Bo,Lead,31/02,2025-02-30,2025-05-01,false,false\n")
    row = fresh.json("import", path)[0]
    assert row["read"] == 5
    assert row["accepted"] + row["rejected"] == 5
    assert row["rejected"] == 1
    written = Path(row["rejects_file"])
    assert written.parent == fresh.store.parent / "rejects"
    assert "2025-02-30" in written.read_text(encoding="utf-8-sig")
    assert any(issue["line"] == 6 for issue in row["issues"])
    assert fresh.json("import", path)[0]["rejects_file"] == str(written)


def test_a_file_that_needs_an_answer_ends_with_2_and_the_answer_settles_it(fresh, tmp_path):
    path = tmp_path / "deals.csv"
    path.write_text("Deal ID,Owner,Stage,Amount,Create Date\n1,Ann,Lead,5,03/04/2025\n2,Bo,Lead,6,04/05/2025\n")
    code, out, _ = fresh("import", path, "--json")
    row = json.loads(out)[0]
    assert (code, row["status"], row["import_id"]) == (2, "needs_answer", None)
    assert row["questions"][0]["id"] == "date_order"
    code, out, _ = fresh("import", path)
    assert "--answer date_order=" in out
    assert fresh.json("imports") == []
    assert fresh.json("import", path, "--answer", "date_order=dmy")[0]["status"] == "committed"


@pytest.mark.parametrize(
    "option", [["--date-order", "mdy"], ["--date-order", "dmy", "--as-of", "2025-06-30", "--kind", "deals"]], ids=str
)
def test_what_is_said_on_the_command_line_is_not_asked(fresh, tmp_path, option):
    path = tmp_path / "deals.csv"
    path.write_text("Nr,Who,Step,Amount,Create Date\n1,Ann,Lead,5,03/04/2025\n2,Bo,Lead,6,04/05/2025\n")
    maps = ["--map", "deal_id=Nr", "--map", "owner=Who", "--map", "stage=Step"]
    assert fresh.json("import", path, *option, *maps)[0]["status"] == "committed"
    if "--as-of" in option:
        assert fresh.json("imports")[0]["as_of"] == "2025-06-30"


def test_what_was_noted_stands_beneath_the_table(fresh, tmp_path):
    path = tmp_path / "deals.csv"
    path.write_text(DEALS + "D-5,Jetty,Bo,Lead,#N/A,2025-02-03,2025-05-01,false,false\n")
    _, out, _ = fresh("import", path)
    assert "deals.csv: Amount: '#N/A' is taken as blank (line 6)." in out


def test_rows_that_repeat_another_are_said_with_a_way_to_drop_them_and_dropped_by_it(fresh, tmp_path):
    path = tmp_path / "calls.csv"
    path.write_text("Owner,Type,Date\nAnn,Call,2025-03-04\nAnn,Call,2025-03-04\nBo,Call,2025-03-05\n")
    _, out, _ = fresh("import", path)
    assert "calls.csv: 1 row repeats another row in every cell" in out
    assert out.endswith("undo it first.\n  --answer identical=drop\n")
    row = fresh.json("import", path)[0]
    assert (row["accepted"], row["questions"]) == (3, [])
    fresh("undo", str(row["import_id"]))
    row = fresh.json("import", path, "--answer", "identical=drop")[0]
    assert (row["status"], row["accepted"], row["duplicate"]) == ("committed", 2, 1)


def test_one_bad_file_does_not_stop_the_others_and_ends_with_1(fresh, deals, tmp_path):
    empty = tmp_path / "empty.csv"
    empty.write_text("Deal ID,Owner,Stage\n")
    code, out, _ = fresh("import", deals, empty, tmp_path / "nowhere.csv", tmp_path, "--json")
    rows = json.loads(out)
    assert code == 1
    assert [row["status"] for row in rows] == ["committed", "rejected", "rejected", "rejected"]
    assert "is not there" in rows[2]["issues"][0]["why"]
    assert "is a folder" in rows[3]["issues"][0]["why"]


def test_a_file_of_no_known_kind_is_not_used_and_no_error(fresh, tmp_path):
    path = tmp_path / "menu.csv"
    path.write_text("soup,price\nfish,5\n")
    row = fresh.json("import", path)[0]
    assert row["status"] == "not_used"
    assert row["issues"][0]["effect"] == "skipped"


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["--map", "deal_id"], "write it as canonical=Header"),
        (["--map", "deel_id=Nr"], "no canonical column is called 'deel_id'. Did you mean 'deal_id'? The columns"),
        (["--map", "zzz=Nr", "--kind", "people"], "The columns of people: owner, owner_id, team, role, email, active."),
        (["--answer", "colour=blue"], "no such question"),
        (["--answer", "kind=blue"], "no such question or answer"),
    ],
)
def test_an_answer_that_makes_no_sense_is_refused_before_anything_is_read(fresh, deals, argv, sentence):
    code, out, err = fresh("import", deals, *argv)
    assert (code, out) == (1, "")
    assert sentence in err
    assert not fresh.store.exists()


def _in_a_shell(*argv: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kpi_engine", *map(str, argv)]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False)


def test_the_real_process_ends_with_the_right_codes_and_keeps_stdout_clean(tmp_path):
    deals, empty, store = tmp_path / "deals.csv", tmp_path / "empty.csv", tmp_path / "own.duckdb"
    deals.write_text(DEALS)
    empty.write_text("Deal ID,Owner,Stage\n")
    done = _in_a_shell("import", deals, "--store", store, "--json")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert json.loads(done.stdout)[0]["status"] == "committed"
    refused = _in_a_shell("import", empty, "--store", store)
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    numbers = _in_a_shell("kpis", "--kpi", "open_deals", "--store", store, "--json")
    assert json.loads(numbers.stdout)[0]["value"] == 2


def test_a_file_that_is_no_store_is_refused_in_a_sentence(fresh):
    fresh.store.parent.mkdir(parents=True)
    fresh.store.write_text("this is not a store, though it has its name" * 100)
    code, _, err = fresh("kpis")
    assert code == 1
    assert "cannot be opened" in err


def test_deals_without_a_date_are_taken_and_it_is_said_how_to_go_on(fresh, tmp_path):
    path = tmp_path / "undated.csv"
    path.write_text("Deal ID,Owner,Stage,Amount\n1,Ann,Lead,5\n2,Bo,Lead,6\n")
    code, out, _ = fresh("import", path)
    assert (code, out.count("No date in it says up to which day it speaks")) == (0, 1)
    assert "undo 1" in out
    fresh("undo", "1")
    assert "No date" not in fresh("import", path, "--as-of", "2026-03-01")[1]
