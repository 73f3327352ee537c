"""seasons, booking-curve and plan on the command line."""

from __future__ import annotations

import pytest

from kpi_engine.commands.cli import main
from tests.commands.conftest import Runner
from tests.forecasting.harbour import LAST, deals, exported


@pytest.fixture(scope="session")
def harbour_store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("harbour_cli")
    exported(folder, deals(1), LAST).close()
    return folder / "store.duckdb"


@pytest.fixture
def harbour(capsys, harbour_store):
    return Runner(capsys, harbour_store)


def test_a_season_has_a_row_for_each_month(harbour):
    rows = harbour.json("seasons", "--kpi", "won_value")
    assert [row["month"] for row in rows] == list(range(1, 13))
    assert {tuple(row) for row in rows} == {("month", "index", "lower", "upper", "p_value", "status")}
    assert all(row["lower"] < row["index"] < row["upper"] for row in rows)
    won = ("seasons", "--kpi", "won_deals")
    assert harbour.json(*won, "--by-delivery") != harbour.json(*won)
    assert harbour.json("seasons", "--owner", "Ann") != rows


def test_a_curve_has_a_row_for_each_lead(harbour):
    rows = harbour.json("booking-curve", "--month", "2025-08", "--as-of", "2025-05-31")
    assert [row["months_ahead"] for row in rows] == list(range(12, -1, -1))
    names = "months_ahead date booked open_value expected_value last_year forecast lower upper n status"
    assert {tuple(row) for row in rows} == {tuple(names.split())}
    assert rows[9]["date"] == "2025-05-31"
    assert rows[9]["lower"] <= rows[9]["forecast"] <= rows[9]["upper"]
    assert [row["status"] for row in rows[10:]] == ["no_data"] * 3
    assert rows[10]["booked"] is None
    assert rows[9]["n"] > 0 == rows[10]["n"]


def test_a_plan_says_its_steps(harbour):
    found = harbour.json("plan", "--month", "2025-12", "--target", "200000")
    assert [step["step"] for step in found["steps"]] == [
        "marketing", "new_deals", "first_meetings", "orders", "month"
    ]  # fmt: skip
    assert found["missing"] == pytest.approx(200_000 - found["booked"] - found["expected_value"])
    assert found["month"] == "2025-12-01"
    code, out, _ = harbour("plan", "--month", "2025-12", "--target", "200000")
    assert (code, "value needed" in out, "new_deals" in out) == (0, True, True)


def test_what_cannot_be_answered_is_said_in_a_sentence(harbour, fresh):
    for argv, told in (
        (("seasons", "--kpi", "win_rate"), "win_rate is not something that happens in a month"),
        (("seasons", "--kpi", "wonvalue"), "Did you mean 'won_value'?"),
        (("booking-curve", "--month", "2025-13"), "'2025-13' is not a month; write it as YYYY-MM"),
        (("plan", "--month", "2025-12", "--target", "-5"), "A target is 0 or more"),
        (("plan", "--month", "2025-06", "--target", "5"), "June 2025 is over: the data reach to 2025-06-30"),
    ):
        code, out, err = harbour(*argv)
        assert (code, out) == (1, "")
        assert told in err
    assert fresh("plan", "--month", "2025-12", "--target", "5")[0] == 1


def test_a_day_after_the_data_end_is_said_and_changes_nothing(harbour):
    for argv in (("booking-curve", "--month", "2025-08"), ("plan", "--month", "2025-12", "--target", "5")):
        code, out, err = harbour(*argv, "--as-of", "2030-01-01")
        assert (code, err) == (0, "The data reach to 2025-06-30: what is shown is as of that day, not of 2030-01-01.\n")
        assert out == harbour(*argv)[1]


@pytest.mark.parametrize("command", ["seasons", "booking-curve", "plan"])
def test_each_command_gives_an_example(command, capsys):
    assert main([command, "--help"]) == 0
    assert f"Example: python -m kpi_engine {command}" in capsys.readouterr().out


@pytest.mark.parametrize("target", ["nan", "inf", "much", "1e300"])
def test_a_target_that_is_no_amount_is_refused_in_a_sentence(target, capsys):
    assert main(["plan", "--month", "2026-12", f"--target={target}"]) == 1
    assert f"'{target}' is not an amount" in capsys.readouterr().err
