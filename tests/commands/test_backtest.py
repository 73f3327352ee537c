"""win-probability-backtest prints what was said of every open deal, and how good it was."""

import pytest

from kpi_engine.commands.cli import main
from kpi_engine.forecasting.backtest import MODELS
from tests.commands.conftest import Runner


@pytest.fixture(scope="module")
def steady(tmp_path_factory):
    """A store in which one deal in three is won after 40 days, and ten deals come every month."""
    folder = tmp_path_factory.mktemp("steady")
    lines = ["Deal ID,Owner,Stage,Status,Create Date,Close Date,Pipeline"]
    for i in range(150):
        month, day = divmod(i, 10)
        start, end = f"2024-{month + 1:02}" if month < 12 else f"2025-{month - 11:02}", month + 2
        close = f"2024-{end:02}" if end <= 12 else f"2025-{end - 12:02}"
        how = "Won" if i % 3 == 0 else "Lost"
        lines.append(f"D{i},Ann,{how},{how},{start}-{day + 5:02},{close}-{day + 15:02},Sales")
    lines.append("Last,Ann,Lead,Open,2025-05-20,,Sales")
    (folder / "deals.csv").write_text("\n".join(lines) + "\n")
    store = folder / "own.duckdb"
    assert main(["import", str(folder / "deals.csv"), "--store", str(store)]) == 0
    return store


@pytest.fixture
def run(steady, capsys):
    return Runner(capsys, steady)


def test_rows_and_summary_are_one_object(run):
    found = run.json("win-probability-backtest")
    assert set(found) == {"rows", "summary"}
    assert {tuple(row) for row in found["rows"]} == {("cutoff", "deal_id", "probability", "won_within_90_days")}
    assert [row["model"] for row in found["summary"]] == [m for m in MODELS if m != "crm"]
    ours = found["summary"][0]
    assert tuple(ours) == ("model", "horizon", "brier", "log_loss", "slope", "intercept", "ece", "n")
    assert (ours["model"], ours["horizon"], ours["n"]) == ("tideline", "all", len(found["rows"]))
    errors = [(row["probability"] - row["won_within_90_days"]) ** 2 for row in found["rows"]]
    assert ours["brier"] == pytest.approx(sum(errors) / len(errors))
    assert all(row["cutoff"].endswith("-01") and 0 < row["probability"] < 1 for row in found["rows"])


def test_looked_at_from_an_earlier_day_later_months_are_not_scored(run):
    whole = run.json("win-probability-backtest")["rows"]
    earlier = run.json("win-probability-backtest", "--as-of", "2024-12-31")["rows"]
    assert earlier == [row for row in whole if row["cutoff"] <= "2024-10-02"]
    assert 0 < len(earlier) < len(whole)


def test_one_pipeline_is_scored_and_an_unknown_one_is_answered_with_a_sentence(run):
    assert len(run.json("win-probability-backtest", "--pipeline", "Sales")["rows"]) > 0
    code, _, error = run("win-probability-backtest", "--pipeline", "Sale")
    assert (code, error) == (1, "No pipeline is called 'Sale'. Did you mean 'Sales'?\n")


def test_the_table_names_every_model(run):
    code, out, _ = run("win-probability-backtest")
    assert code == 0
    assert "tideline" in out
    assert "naive_bayes" in out
