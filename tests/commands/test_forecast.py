"""forecast and accuracy print what was agreed."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.commands.conftest import Runner

NAIVE = {"last_month", "mean_of_3", "same_month_last_quarter", "same_month_last_year"}


def deals() -> str:
    """Fourteen months in which twelve deals are won and six lost, each after forty days; half of them Ann's."""
    lines = ["Deal ID,Owner,Stage,Amount,Create Date,Close Date,Is Won,Is Closed"]
    for month in range(14):
        start = date(2025, 1, 1) + timedelta(days=round(month * 30.4375))
        for i in range(18):
            end = start + timedelta(days=1 + i)
            stage = "Won" if i % 3 else "Lost"
            lines.append(
                f"D{month}-{i},{'Ann' if i % 2 else 'Bo'},{stage},{900 + 10 * i},{end - timedelta(days=40)},{end},"
                f"{'true' if i % 3 else 'false'},true"
            )
    lines += [f"O{i},Ann,Lead,1000,2026-02-{i + 1:02},2026-04-01,false,false" for i in range(20)]
    return "\n".join(lines)


TARGETS = (
    "Owner,KPI,Period,Target\nAnn,won_value,2026-03,5000\nBo,won_value,2026-03,4000\nAnn,won_value,2026-Q2,20000\n"
)


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Path:
    from kpi_engine.commands.cli import main

    folder = tmp_path_factory.mktemp("forecast")
    (folder / "deals.csv").write_text(deals())
    (folder / "targets.csv").write_text(TARGETS)
    place = folder / "own.duckdb"
    assert main(["import", str(folder / "deals.csv"), "--as-of", "2026-02-28", "--store", str(place)]) == 0
    assert main(["import", str(folder / "targets.csv"), "--kind", "targets", "--store", str(place)]) == 0
    return place


@pytest.fixture
def told(capsys, store) -> Runner:
    return Runner(capsys, store)


def test_forecast_is_a_list_of_months_whose_parts_add_up(told):
    rows = told.json("forecast", "--horizon", "2")
    columns = ["month", "value", "lower", "upper", "won", "open", "new", "status", "n", "target"]
    assert [list(row) for row in rows] == [columns] * 3
    assert [row["month"] for row in rows] == ["2026-03", "2026-04", "2026-05"]
    assert {row["status"] for row in rows} == {"ok"}
    assert rows[0]["n"] == 12 * 12
    for row in rows:
        assert row["won"] + row["open"] + row["new"] == pytest.approx(row["value"])
        assert 0 <= row["lower"] <= row["value"] <= row["upper"]
    assert [row["target"] for row in rows] == [9000, None, None]
    # Twelve wins of about 1,000 came every month.
    assert rows[0]["value"] == pytest.approx(12_000, rel=0.2)


def test_forecast_of_deals_by_owner_and_for_one(told):
    rows = told.json("forecast", "--horizon", "0", "--by", "owner", "--kpi", "won_deals")
    assert [row["owner"] for row in rows] == ["Ann", "Bo"]
    assert [row["n"] for row in rows] == [72, 72]
    assert told.json("forecast", "--horizon", "0", "--owner", "Ann", "--kpi", "won_deals")[0]["value"] == pytest.approx(
        rows[0]["value"]
    )
    assert told.json("forecast", "--horizon", "0", "--by", "owner")[1]["target"] == 4000


def test_quarters_and_the_fiscal_year_are_rows_with_their_targets_and_add_up(told):
    quarters, year = (told.json("forecast", "--grain", grain) for grain in ("quarter", "year"))
    names = ["grain", "start", "end", "value", "lower", "upper", "won", "open", "new", "status", "n", "target"]
    assert [list(row) for row in (*quarters, *year)] == [names] * 3
    assert [(row["start"], row["end"]) for row in (*quarters, *year)] == [
        ("2026-01-01", "2026-03-31"), ("2026-04-01", "2026-06-30"), ("2026-01-01", "2026-12-31"),
    ]  # fmt: skip
    assert [row["target"] for row in (*quarters, *year)] == [None, 20_000, None]
    months = told.json("forecast", "--horizon", "3")
    assert quarters[1]["value"] == pytest.approx(sum(row["value"] for row in months[1:]))
    for row in (*quarters, *year):
        assert row["won"] + row["open"] + row["new"] == pytest.approx(row["value"])
    by_owner = told.json("forecast", "--grain", "quarter", "--by", "owner")
    assert [row["owner"] for row in by_owner] == ["Ann", "Ann", "Bo", "Bo"]
    _, out, _ = told("forecast")
    assert [line.split()[0] for line in out.splitlines() if line][-3:] == ["quarter", "quarter", "year"]


def test_a_day_after_the_data_end_is_said(told):
    code, out, err = told("forecast", "--as-of", "2030-01-01", "--json")
    assert code == 0
    assert err == "The data reach to 2026-02-28: what is shown is as of that day, not of 2030-01-01.\n"
    assert out == told("forecast", "--json")[1]


def test_a_deal_of_1900_does_not_move_the_first_month(fresh, tmp_path):
    old = "\n".join(["Deal ID,Owner,Stage,Amount,Create Date,Close Date,Is Won,Is Closed",
                     "A,Ann,Won,5,1900-01-01,1900-01-01,true,true", "B,Ann,Lost,5,1900-01-01,1900-02-01,false,true"])
    (tmp_path / "old.csv").write_text(old)
    fresh("import", tmp_path / "old.csv")
    assert [row["month"] for row in fresh.json("forecast", "--horizon", "0")] == ["1900-02"]
    (tmp_path / "deals.csv").write_text(f"{deals()}\nOLD,Ann,Won,1000,1900-01-01,1900-01-01,true,true")
    fresh("import", tmp_path / "deals.csv", "--as-of", "2026-02-28")
    rows = fresh.json("forecast")
    assert [(row["month"], row["status"]) for row in rows[:2]] == [("2026-03", "ok"), ("2026-04", "ok")]


def test_an_earlier_day_sees_the_month_it_is_in(told):
    row = told.json("forecast", "--as-of", "2025-12-10", "--horizon", "0")[0]
    assert row["month"] == "2025-12"
    assert 0 < row["won"] < row["value"]


def test_accuracy_is_rows_and_a_summary_as_shares(told):
    found = told.json("accuracy")
    assert set(found) == {"rows", "summary"}
    assert set(found["rows"][0]) == {"month", "horizon", "forecast", "lower", "upper", "actual", "model"}
    models = {row["model"] for row in found["rows"]}
    assert models == {"tideline", *NAIVE}
    ours = next(row for row in found["summary"] if (row["model"], row["horizon"]) == ("tideline", "all"))
    assert set(ours) == {"model", "horizon", "wape", "bias", "mase", "coverage", "n"}
    mine = [row for row in found["rows"] if row["model"] == "tideline"]
    missed = sum(abs(row["forecast"] - row["actual"]) for row in mine) / sum(row["actual"] for row in mine)
    assert ours["wape"] == pytest.approx(missed)
    assert ours["n"] == len(mine)
    assert {row["horizon"] for row in found["summary"]} == {1, 2, 3, "all"}
    [kpi] = told.json("kpis", "--kpi", "forecast_wape")
    assert (kpi["value"], kpi["n"]) == (pytest.approx(missed), len(mine))


def test_tables_for_people(told):
    assert "2026-03" in told("forecast")[1]
    assert "tideline" in told("accuracy")[1]


def test_too_little_is_said_and_is_no_error(run):
    assert [row["status"] for row in run.json("forecast", "--horizon", "1")] == ["too_few", "too_few"]
    assert run.json("accuracy") == {"rows": [], "summary": []}
    assert "too few" in run("accuracy")[1]


def test_an_empty_store_has_nothing_to_forecast(fresh, tmp_path):
    (tmp_path / "calls.csv").write_text("Activity ID,Owner,Type,Date\n1,Ann,Call,2025-01-01\n")
    assert fresh("import", tmp_path / "calls.csv", "--kind", "activities")[0] == 0
    assert fresh.json("forecast") == []
    assert fresh.json("accuracy") == {"rows": [], "summary": []}


def test_deals_of_which_none_has_ended_have_months_with_a_status(fresh, tmp_path):
    (tmp_path / "deals.csv").write_text(
        "Deal ID,Owner,Stage,Status,Amount,Created Date\n"
        "1,Ann,Offer,open,100,2025-01-07\n2,Bob,Lead,open,50,2025-03-20\n"
    )
    assert fresh("import", tmp_path / "deals.csv")[0] == 0
    rows = fresh.json("forecast", "--horizon", "1")
    assert [(row["month"], row["status"], row["won"], row["n"]) for row in rows] == [
        ("2025-03", "too_few", 0.0, 0),
        ("2025-04", "too_few", 0.0, 0),
    ]
    assert {row["value"] for row in rows} == {None}
    by_owner = fresh.json("forecast", "--horizon", "0", "--by", "owner")
    assert [(row["owner"], row["status"]) for row in by_owner] == [("Ann", "too_few"), ("Bob", "too_few")]
    assert [row["grain"] for row in fresh.json("forecast", "--grain", "quarter")] == ["quarter", "quarter"]
    assert fresh.json("forecast", "--as-of", "2024-12-31") == []


def test_more_months_than_can_be_forecast_are_refused_in_a_sentence(told):
    code, _, err = told("forecast", "--horizon", "40")
    assert code == 1
    assert "0 to 11 months ahead" in err
