"""The command milestones prints what the engine says, for people and for programs."""

from __future__ import annotations

import pytest

from kpi_engine.forecasting.milestones import COLUMNS


def test_every_stage_of_the_small_store_with_every_column(run) -> None:
    rows = run.json("milestones")
    assert tuple(rows[0]) == tuple(name for name in COLUMNS if name != "group")
    counts = {row["stage"]: (row["reached"], row["moved_on"], row["won"], row["lost"], row["open"]) for row in rows}
    assert counts == {
        "": (4, 0, 1, 1, 2),
        "Lead": (4, 2, 1, 1, 2),  # all began there; D-1 and D-3 went on
        "Proposal": (2, 1, 1, 0, 1),
        "Won": (1, 0, 1, 0, 0),
    }
    lead = next(row for row in rows if row["stage"] == "Lead")
    assert (lead["to_won_value"], lead["to_won_status"], lead["to_won_n"]) == (None, "too_few", 4)
    assert all(isinstance(row["skipped"], int) for row in rows)


def test_they_are_cut_narrowed_and_seen_from_an_earlier_day(run) -> None:
    by_owner = run.json("milestones", "--by", "owner")
    assert [(row["owner"], row["stage"]) for row in by_owner][:2] == [("Ann", ""), ("Ann", "Lead")]
    assert {row["cohort"] for row in run.json("milestones", "--by", "cohort")} == {"2025-Q1"}
    assert run.json("milestones", "--owner", "Bo")[0]["reached"] == 2
    earlier = run.json("milestones", "--as-of", "2025-01-31")[0]
    assert (earlier["reached"], earlier["won"], earlier["open"]) == (3, 1, 2)


def test_without_json_there_is_a_table(run) -> None:
    out = run("milestones", "--by", "source")[1]
    assert out.splitlines()[0].split()[:3] == ["pipeline", "source", "stage"]
    assert "(all deals)" in out


def test_a_cut_there_is_not_is_one_sentence(run) -> None:
    code, out, err = run("milestones", "--by", "weather")
    assert (code, out) == (1, "")
    assert "invalid choice: 'weather'" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("kpi", ["proposal_to_won", "time_in_stage", "pushed_deals", "pipeline_coverage"])
def test_the_kpis_of_how_deals_move_are_listed(run, kpi) -> None:
    assert kpi in {row["kpi"] for row in run.json("kpis")}
