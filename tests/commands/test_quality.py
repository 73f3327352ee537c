"""quality, exceptions and qualification on the command line."""

from __future__ import annotations

import pytest

from kpi_engine.commands.cli import main
from kpi_engine.model.qualification import ENDINGS
from tests.commands.conftest import DEALS, Runner, imported
from tests.copies import copied

ACTIVITIES = """Activity ID,Deal ID,Owner,Activity Type,Date,Outcome,Direction,Done,Budget,Authority,Need,Timing,Exception Reason
1,D-1,Ann,Meeting,2025-01-08,Held,,Yes,Yes,Yes,Yes,Yes,
2,D-2,Ann,Meeting,2025-01-09,Held,,Yes,No,Yes,Yes,,Early
3,D-3,Bo,Hosted visit,2025-02-01,Held,,Yes,,,,,
4,D-4,Bo,Meeting,2025-02-09,Held,,Yes,No,No,No,No,
5,,Bo,Meeting,2025-02-10,Held,,Yes,,,,,
6,D-1,Ann,Call,2025-01-03,Connected,Outbound,Yes,,,,,
7,D-1,Ann,Call,2025-01-04,No answer,Outbound,Yes,,,,,
"""  # noqa: E501


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return imported(tmp_path_factory.mktemp("made"), {"deals.csv": DEALS, "activities.csv": ACTIVITIES})


@pytest.fixture
def work(capsys, made, tmp_path) -> Runner:
    return Runner(capsys, copied(made, tmp_path))


def test_every_row_has_its_interval_n_status_and_the_five_endings(work):
    rows = work.json("quality")
    assert {tuple(row) for row in rows} == {("kpi", "value", "lower", "upper", "unit", "n", "status", *ENDINGS)}
    told = {row["kpi"]: row for row in rows}
    assert [told["meetings_held"][name] for name in ENDINGS] == [1, 1, 1, 1, 1]
    assert told["meetings_held"]["value"] == sum(told["meetings_held"][name] for name in ENDINGS) == 5
    rate = told["qualified_rate"]
    assert (rate["value"], rate["n"], rate["status"]) == (0.6, 5, "ok")
    assert rate["lower"] < 0.6 < rate["upper"]
    connect = told["connect_rate"]
    assert (connect["value"], connect["n"], connect["status"]) == (0.5, 2, "too_few")


@pytest.mark.parametrize("by", ["owner", "team", "week", "month", "type", "source", "segment", "touches"])
def test_it_is_cut_by_a_dimension_of_that_name(work, by):
    rows = work.json("quality", "--by", by)
    assert all(list(row)[:2] == ["kpi", by] for row in rows)
    held = [row for row in rows if row["kpi"] == "meetings_held"]
    assert sum(row["value"] for row in held) == 5
    assert all(row["value"] == sum(row[name] for name in ENDINGS) for row in held)


def test_any_two_counts_make_a_ratio(work):
    rows = work.json("quality", "--ratio", "won_deals/dials", "--ratio", "connects/dials")
    told = {row["kpi"]: row for row in rows}
    assert (told["won_deals/dials"]["value"], told["won_deals/dials"]["unit"]) == (0.5, "times")
    assert told["connects/dials"]["unit"] == "share"
    code, _, err = work("quality", "--ratio", "won_deals")
    assert (code, "write it as two KPIs" in err) == (1, True)
    assert "No count is called 'won_value'" in work("quality", "--ratio", "won_value/dials")[2]


def test_a_span_narrows_it_and_an_end_before_its_start_is_refused(work):
    (held,) = [
        r for r in work.json("quality", "--from", "2025-02-01", "--to", "2025-02-09") if r["kpi"] == "meetings_held"
    ]
    assert held["value"] == 2
    assert work("quality", "--from", "2025-02-01", "--to", "2025-01-01")[0] == 1


def test_the_default_rule_is_shown_as_not_yet_agreed(work):
    (row,) = work.json("qualification", "show")
    assert (row["is_default"], row["state"], row["note"]) == (True, "in force", "Default, not yet agreed.")
    assert row["needs"] == ["budget", "authority", "need", "timing"]


def test_a_rule_is_agreed_shown_and_judged_by(work):
    options = (
        "--needs",
        "authority",
        "--needs",
        "need",
        "--for",
        "meeting",
        "--exception",
        "Strategic",
        "--inside",
        "Inge",
    )
    from_then = ("--from", "2025-01-09", "--note", "as agreed")
    (set_,) = work.json("qualification", "set", *options, "--field", "Fred", *from_then)
    assert (set_["version_id"], set_["state"], set_["agreed_by"]) == (1, "in force", ["Inge", "Fred"])
    assert (set_["needs"], set_["for"], set_["exceptions"]) == (["authority", "need"], ["meeting"], ["Strategic"])
    assert [row["state"] for row in work.json("qualification", "show")] == ["in force", "before"]
    told = {row["kpi"]: row for row in work.json("quality")}
    assert [told["meetings_held"][name] for name in ENDINGS] == [2, 1, 0, 1, 1]
    # What is not said stays as it is; no reasons at all: any.
    both = ("--inside", "Inge", "--field", "Fred")
    (again,) = work.json("qualification", "set", "--hosted-visit", "no", "--exception", *both, "--from", "2025-02-01")
    assert (again["needs"], again["exceptions"], again["hosted_visit"]) == (["authority", "need"], [], False)
    code, _, err = work("qualification", "set", *both, "--from", "2025-01-01")
    assert (code, "holds from 2025-02-01" in err) == (1, True)
    then, today = (
        {row["kpi"]: row for row in work.json("quality", "--rule", rule)}["meetings_held"] for rule in ("then", "today")
    )
    assert sum(then[name] for name in ENDINGS) == sum(today[name] for name in ENDINGS) == 5


@pytest.mark.parametrize(
    ("given", "lacking"),
    [
        ((), "inside and field sales"),
        (("--inside", "Inge"), "field sales"),
        (("--field", "Fred"), "inside sales"),
        (("--inside", " ", "--field", "Fred"), "inside sales"),
    ],
)
def test_a_rule_needs_a_name_of_each_side_and_the_refusal_says_what_to_give(work, given, lacking):
    code, _, err = work("qualification", "set", "--needs", "need", *given)
    assert (code, err.count("\n")) == (1, 1)
    assert err.startswith(f"Who agreed for {lacking}?")
    assert "--inside NAME --field NAME" in err


def test_who_agreed_is_asked_for_in_one_way_and_the_old_one_is_told_it(work):
    code, out, err = work("qualification", "set", "--by", "Inge", "--by", "Fred")
    assert (code, out) == (1, "")
    assert err == "--by does not say who agreed for which side. Give both: --inside NAME --field NAME.\n"
    assert "--by" not in work("qualification", "--help")[1]


def test_exceptions_say_what_became_of_them_and_whose_they_were(work):
    rows = work.json("exceptions")
    told = {(row["ending"], row["reason"]): row for row in rows}
    early = told["allowed_exception", "Early"]
    assert (early["meetings"], early["resolved"], early["won"], early["status"]) == (1, 1, 0, "too_few")
    assert early["owners"] == [{"owner": "Ann", "meetings": 1}]
    assert early["win_rate"] is None
    assert told["qualified", None]["won"] == 1


def test_tables_are_for_people(work):
    for command in (("quality",), ("quality", "--by", "owner"), ("exceptions",), ("qualification",)):
        code, out, _ = work(*command)
        assert code == 0
        assert "{" not in out
    assert "60.0%" in work("quality")[1]


@pytest.mark.parametrize("cut", [(), ("--by", "owner"), ("--by", "type")])
def test_the_five_endings_stand_once_below_the_table_and_in_every_row_for_programs(work, cut):
    out = work("quality", *cut)[1]
    table, below = out.split("How the meetings held ended:")
    assert "not_qualified" not in table.splitlines()[0]
    assert below.split().count("allowed_exception") == 1
    by_group = {row[cut[1]] if cut else None: [row[end] for end in ENDINGS] for row in work.json("quality", *cut)}
    told = sum(int(number) for line in below.splitlines()[3:] for number in line.split()[-len(ENDINGS) :])
    assert told == sum(sum(counts) for counts in by_group.values()) > 0


@pytest.mark.parametrize("command", ["quality", "exceptions", "qualification"])
def test_an_empty_store_is_told_honestly_and_help_gives_an_example(fresh, capsys, command):
    code, _, err = fresh(command)
    assert code == 0
    assert err.startswith("There is no store at")
    assert not fresh.store.exists()
    main([command, "--help"])
    assert f"Example: python -m kpi_engine {command}" in capsys.readouterr().out
    assert fresh("qualification", "set", "--needs", "need")[0] == 1
