"""The command worklist prints what the engine says, for people and for programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpi_engine.commands.cli import main
from tests.commands.conftest import Runner

DEALS = """Deal ID,Deal Name,Owner,Stage,Amount,Create Date,Expected Close Date,Next Step,Next Step Date
D-1,Harbour,Ann Lee,Lead,1000,2026-03-01,2026-06-30,Call,2026-03-20
D-2,=HYPERLINK(1),Bo Ray,Lead,500,2026-03-02,2026-06-30,,
D-3,Quay,Bo Ray,Lead,2000,2026-03-31,2026-06-30,Call,2026-04-20
"""


@pytest.fixture
def steps(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Runner:
    """Commands on a store with three open deals: one overdue, one without a next step, one in hand."""
    (tmp_path / "deals.csv").write_text(DEALS)
    run = Runner(capsys, tmp_path / "own.duckdb")
    assert run("import", tmp_path / "deals.csv", "--as-of", "2026-03-31")[0] == 0
    return run


def test_json_has_what_is_at_stake_the_reasons_and_the_next_step(steps: Runner) -> None:
    first, second = steps.json("worklist")
    assert first["deal_id"] == "D-1"
    assert first["owner"] == "Ann Lee"
    assert first["next_step_date"] == "2026-03-20"
    assert first["expected_value_at_stake"] == pytest.approx(1000 * first["chance"])
    (why,) = first["reasons"]
    assert (why["code"], why["days"], why["due"]) == ("next_step_overdue", 11, "2026-03-20")
    assert second["deal_id"] == "D-2"
    assert second["next_step_date"] is None
    assert [why["code"] for why in second["reasons"]] == ["no_next_step"]


def test_a_list_can_be_asked_for_one_rep_and_for_an_earlier_day(steps: Runner) -> None:
    assert [row["deal_id"] for row in steps.json("worklist", "--owner", "Bo Ray")] == ["D-2"]
    assert steps.json("worklist", "--as-of", "2026-03-10") == []  # no export of that day tells of next steps


def test_people_see_a_table_and_what_was_not_looked_at(steps: Runner) -> None:
    code, out, err = steps("worklist")
    assert (code, err) == (0, "")
    header, _, *lines = out.splitlines()
    assert header.split() == ["deal_id", "owner", "stage", "at_stake", "next_step_date", "why"]
    assert lines[0].startswith("D-1      Ann Lee  Lead")
    assert lines[0].endswith("Next step 11 days overdue")
    assert "Not looked at, for want of data: expected_close_pushed" in out
    assert "no_activity (no_activities)" in out


def test_an_unknown_rep_is_answered_with_the_nearest_name(steps: Runner) -> None:
    code, out, err = steps("worklist", "--owner", "Ann Le", "--json")
    assert (code, out, err) == (1, "", "No rep is called 'Ann Le'. Did you mean 'Ann Lee'?\n")


def test_a_store_that_is_not_there_has_an_empty_list(fresh: Runner) -> None:
    assert fresh.json("worklist") == []


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["worklist", "--help"]) == 0
    assert 'Example: python -m kpi_engine worklist --owner "Ann Lee" --json' in capsys.readouterr().out
