"""kpis, trend and movement print what was agreed, to the cent."""

from __future__ import annotations

import json
from datetime import date

import pytest

from kpi_engine.metrics.movement import CAUSES
from kpi_engine.metrics.registry import METRICS


def test_kpis_are_a_list_of_name_value_unit_n_and_status(run):
    rows = run.json("kpis")
    assert {tuple(row) for row in rows} == {("kpi", "value", "unit", "n", "status")}
    assert [row["kpi"] for row in rows] == [m.name for m in METRICS.values() if not m.is_part]
    value = {row["kpi"]: row["value"] for row in rows}
    assert value["total_value"] == 2000.25
    assert (value["open_deals"], value["won_deals"], value["lost_deals"]) == (2, 1, 1)
    assert value["won_value"] == 1000.10
    status = {row["kpi"]: (row["value"], row["n"], row["status"]) for row in rows}
    assert status["win_rate"] == (0.5, 2, "too_few")
    assert status["calls"] == (None, 0, "no_data")


def test_kpis_are_cut_bounded_and_narrowed(run):
    by_owner = run.json("kpis", "--kpi", "new_deals", "--kpi", "open_deals", "--by", "owner")
    assert [(r["kpi"], r["owner"], r["value"]) for r in by_owner] == [
        ("new_deals", "Ann", 2),
        ("new_deals", "Bo", 2),
        ("open_deals", "Ann", 0),
        ("open_deals", "Bo", 2),
    ]
    by_month = run.json("kpis", "--kpi", "new_deals", "--by", "month", "--owner", "Bo")
    assert [(r["month"], r["value"]) for r in by_month] == [("2025-01-01", 1), ("2025-02-01", 1)]
    bounded = run.json("kpis", "--kpi", "new_deals", "--from", "2025-01-05", "--to", "2025-01-06")
    assert bounded[0]["value"] == 2
    earlier = run.json("kpis", "--kpi", "open_deals", "--as-of", "2025-01-31")
    assert earlier[0]["value"] == 2


def test_the_trend_has_its_five_columns_and_the_movement_starts_and_ends_on_it(run):
    line = run.json("trend", "--grain", "month")
    assert [tuple(row) for row in line] == [
        ("period_end", "total_value", "expected_value", "ev_tv_ratio", "evidence")
    ] * len(line)
    at = {row["period_end"]: row for row in line}
    assert at["2025-01-31"]["total_value"] == 2000.25
    assert at["2025-01-31"]["evidence"] == "history"
    last = max(at)
    moved = run.json("movement", "--from", "2025-01-31", "--to", last)
    assert list(moved) == ["start", *CAUSES, "end"]
    assert moved["start"] == pytest.approx(at["2025-01-31"]["expected_value"], abs=1e-9)
    assert moved["end"] == pytest.approx(at[last]["expected_value"], abs=1e-9)
    assert moved["start"] + sum(moved[cause] for cause in CAUSES) == pytest.approx(moved["end"], abs=1e-9)
    assert moved["amount_changed"] > 0
    assert moved["lost"] < 0
    weeks = [date.fromisoformat(row["period_end"]) for row in run.json("trend", "--from", "2025-01-12")]
    assert weeks[0] == date(2025, 1, 12)


def test_without_json_there_are_aligned_tables(run):
    code, out, _ = run("kpis", "--kpi", "won_value", "--kpi", "ev_tv_ratio")
    assert code == 0
    assert out.splitlines()[2].split() == ["won_value", "1,000.10", "money", "1", "ok"]
    assert out.splitlines()[3].split()[1].endswith("%")
    _, out, _ = run("movement", "--from", "2025-01-31", "--to", "2025-02-28")
    assert [line.split()[0] for line in out.splitlines()[2:]] == ["start", *CAUSES, "end"]


def test_kpis_describe_themselves(run):
    told = run.json("kpis", "--describe", "--kpi", "win_rate")
    assert told[0]["name"] == "win_rate"
    assert told[0]["why_key"]
    assert "owner" in told[0]["by"]
    assert "Why key" in run("kpis", "--describe")[1]


def test_a_store_that_is_not_there_gives_null_is_said_on_stderr_and_is_not_made(fresh):
    assert {row["value"] for row in fresh.json("kpis")} == {None}
    assert fresh.json("trend") == []
    assert set(fresh.json("movement", "--from", "2025-01-01", "--to", "2025-02-01").values()) == {None}
    for argv in (["imports"], ["milestones"], ["probabilities"], ["booking-curve", "--month", "2025-12"]):
        assert fresh.json(*argv) == []
    assert {row["status"] for row in fresh.json("seasons")} == {"no_data"}
    code, _, err = fresh("kpis", "--json")
    assert code == 0
    assert err.startswith(f"There is no store at {fresh.store}: nothing is known.")
    assert not fresh.store.exists()


@pytest.mark.parametrize("day", [(), ("--as-of", "2025-01-20")], ids=["no day", "a day said"])
def test_deals_without_a_date_moved_by_nobody_knows_what(fresh, tmp_path, day):
    path = tmp_path / "deals.csv"
    path.write_text("Deal ID,Owner,Stage,Amount\n1,Ann,Lead,100\n2,Bo,Lead,200\n")
    assert fresh.json("import", path, *day)[0]["status"] == "committed"
    assert set(fresh.json("movement", "--from", "2025-01-01", "--to", "2025-02-01").values()) == {None}
    assert fresh.json("trend") == []


@pytest.mark.parametrize(
    "argv",
    [["kpis", "--kpi", "won_value"], ["trend"], ["movement", "--from", "2025-01-01", "--to", "2025-02-01"],
     ["milestones"], ["forecast"], ["accuracy"], ["seasons"], ["booking-curve", "--month", "2025-12"],
     ["plan", "--month", "2025-12", "--target", "5"]],
    ids=lambda argv: argv[0],
)  # fmt: skip
def test_a_name_nobody_has_is_an_error_that_says_which_there_are(run, argv):
    for option, sentence in (
        (["--owner", "Anne"], "No owner is called 'Anne'. Did you mean 'Ann'?"),
        (["--owner", "Zoe"], "No owner is called 'Zoe'. There are 'Ann', 'Bo'."),
        (["--team", "North"], "No team is called 'North'. The store knows no team at all."),
        (["--pipeline", "Sales"], "No pipeline is called 'Sales'. The store knows no pipeline at all."),
    ):
        assert run(*argv, *option) == (1, "", f"{sentence}\n")
    assert run(*argv, "--pipeline", "")[0] == 0  # those that have none


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["kpis", "--kpi", "win_rat"], "No metric is called 'win_rat'. Did you mean 'win_rate'?"),
        (["kpis", "--by", "ownr"], "No dimension is called 'ownr'. Did you mean 'owner'?"),
        (["kpis", "--kpi", "calls", "--by", "stage"], "calls cannot be cut by 'stage'."),
        (["kpis", "--from", "2025-02-01", "--to", "2025-01-01"], "--to 2025-01-01 lies before --from 2025-02-01."),
        (["kpis", "--from", "1/2/2025"], "'1/2/2025' is not a date; write it as YYYY-MM-DD"),
        (["movement", "--from", "2025-02-01"], "The following arguments are required: --to"),
        (["undo", "7"], "No import is called '7'."),
        (["nonsense"], "invalid choice: 'nonsense'"),
    ],
)
def test_a_mistake_is_one_sentence_on_stderr_and_ends_with_1(run, argv, sentence):
    code, out, err = run(*argv)
    assert (code, out) == (1, "")
    assert sentence in err
    assert "Traceback" not in err
    assert len(err.splitlines()) == 1


COMMANDS = ("import", "undo", "imports", "kpis", "trend", "movement", "milestones", "probabilities",
            "accept-probabilities", "override-probability", "withdraw-probabilities")  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(capsys, command):
    from kpi_engine.commands.cli import main

    assert main([command, "--help"]) == 0
    assert f"Example: python -m kpi_engine {command}" in capsys.readouterr().out


def test_a_name_from_a_file_cannot_steer_the_terminal(capsys):
    from kpi_engine.commands.output import print_json, print_table

    print_table([{"owner": "\x1b[31mAnn\n"}], ["owner"])
    assert "\x1b" not in capsys.readouterr().out
    print_json([{"owner": "\x1b[31mAnn"}])
    assert json.loads(capsys.readouterr().out) == [{"owner": "\x1b[31mAnn"}]
