"""lead-lag: a row for every pair, of the store's KPIs or of any weekly file."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from kpi_engine.commands.cli import main
from kpi_engine.forecasting.leads import RESULTS, leading_kpis
from kpi_engine.stats.lead_lag import lead_lag
from tests.commands.conftest import Runner

MUST = ("leading", "lagging", "lag_weeks", "effect", "lower", "upper", "p_value", "q_value", "weeks", "status")
MONDAY = date(2023, 1, 2)


def weeks_of(n: int = 120, lag: int = 5, seed: int = 1) -> list[tuple[date, int, int, int]]:
    """Week, calls, meetings, orders: orders follow the meetings."""
    rng = np.random.default_rng(seed)
    meetings = rng.poisson(rng.gamma(6, 2, n + lag))
    orders = rng.poisson(1 + 0.5 * meetings[:n])
    calls = rng.poisson(30, n)
    return [(MONDAY + timedelta(days=7 * i), int(calls[i]), int(meetings[i + lag]), int(orders[i])) for i in range(n)]


def written(path: Path, rows: list[tuple[object, ...]], header: str = "Week,Calls,Meetings,Orders") -> Path:
    path.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n", encoding="utf-8")
    return path


def of_file(run: Runner, file: Path, *more: str) -> list[dict[str, object]]:
    columns = ("--date", "Week", "--x", "Calls", "--x", "Meetings", "--y", "Orders")
    found: list[dict[str, object]] = run.json("lead-lag", "--csv", file, *columns, *more)
    return found


def test_the_store_has_a_row_for_every_pair_even_where_nothing_is_known(run: Runner) -> None:
    rows = run.json("lead-lag")
    assert [(row["leading"], row["lagging"]) for row in rows] == [(x, y) for x in leading_kpis() for y in RESULTS]
    for row in rows:
        assert set(MUST) <= set(row)
        assert row["status"] == "not_enough_weeks"
        assert row["p_value"] is row["q_value"] is row["effect"] is None


def test_pairs_can_be_chosen_also_of_kpis_without_weeks(run: Runner) -> None:
    rows = run.json("lead-lag", "--leading", "calls", "--leading", "booked_ahead", "--lagging", "won_deals", "win_rate")
    assert [(row["leading"], row["lagging"], row["status"]) for row in rows] == [
        ("calls", "won_deals", "not_enough_weeks"),
        ("calls", "win_rate", "not_enough_weeks"),
        ("booked_ahead", "won_deals", "not_enough_weeks"),
        ("booked_ahead", "win_rate", "not_enough_weeks"),
    ]
    assert [row["why"] for row in rows][2:] == ["not_weekly", "not_weekly"]


def test_an_empty_store_has_rows_too(fresh: Runner) -> None:
    assert {row["status"] for row in fresh.json("lead-lag", "--leading", "calls")} == {"not_enough_weeks"}


def test_an_unknown_kpi_is_named(run: Runner) -> None:
    code, _, said = run("lead-lag", "--leading", "cals")
    assert (code, said.strip()) == (1, "No metric is called 'cals'. Did you mean 'calls'?")


def test_a_file_is_read_in_whatever_order_its_rows_come(run: Runner, tmp_path: Path) -> None:
    rows = weeks_of()
    shuffled = [rows[i] for i in np.random.default_rng(2).permutation(len(rows))]
    one = of_file(run, written(tmp_path / "one.csv", rows))
    two = of_file(run, written(tmp_path / "two.csv", shuffled))
    assert one == two
    assert [(row["leading"], row["status"]) for row in one] == [("Calls", "no_evidence"), ("Meetings", "leads")]
    lead = one[1]
    assert (lead["lag_weeks"], lead["weeks"]) == (5, 120)
    assert 0.3 < lead["lower"] < lead["effect"] < lead["upper"] < 0.7  # type: ignore[operator]


@pytest.mark.parametrize("shape", ["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d %b %Y", "%Y-%m-%dT00:00:00"])
def test_dates_are_read_however_they_are_written(shape: str, run: Runner, tmp_path: Path) -> None:
    rows = weeks_of()
    plain = of_file(run, written(tmp_path / "plain.csv", rows))
    assert of_file(run, written(tmp_path / "x.csv", [(f"{day:{shape}}", *rest) for day, *rest in rows])) == plain


def test_it_is_the_test_of_the_library(run: Runner, tmp_path: Path) -> None:
    from kpi_engine.forecasting.weekly import calendar_of

    rows = weeks_of()
    found = of_file(run, written(tmp_path / "weeks.csv", rows))[1]
    days, _, meetings, orders = zip(*rows, strict=True)
    alone = lead_lag(np.array(meetings, float), np.array(orders, float), calendar_of(days))
    assert (found["lag_weeks"], found["p_value"], found["effect"]) == (alone.lag, alone.p_value, alone.effect)


def test_missing_weeks_and_blanks_are_unknown_and_not_zero(run: Runner, tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = [row for i, row in enumerate(weeks_of()) if i not in (20, 50, 51)]
    rows[70] = (rows[70][0], "", *rows[70][2:])
    found = of_file(run, written(tmp_path / "gaps.csv", rows))
    assert [row["weeks"] for row in found] == [116, 117]
    assert (found[1]["status"], found[1]["lag_weeks"]) == ("leads", 5)


def test_days_of_a_week_may_vary_by_row(run: Runner, tmp_path: Path) -> None:
    rows = [(day + timedelta(days=i % 3), *rest) for i, (day, *rest) in enumerate(weeks_of())]
    assert of_file(run, written(tmp_path / "v.csv", rows)) == of_file(run, written(tmp_path / "m.csv", weeks_of()))


def test_too_few_weeks_and_series_that_say_nothing_are_rows(run: Runner, tmp_path: Path) -> None:
    short = of_file(run, written(tmp_path / "short.csv", weeks_of(30)))
    assert [(row["status"], row["weeks"], row["p_value"]) for row in short] == [("not_enough_weeks", 30, None)] * 2
    flat = [(day, 7, 0, orders) for day, _, _, orders in weeks_of()]
    told = [(row["status"], row["why"]) for row in of_file(run, written(tmp_path / "flat.csv", flat))]
    assert told == [("no_evidence", "never_changes"), ("not_enough_weeks", "too_rare")]


def twice(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return [*rows[:9], rows[3], *rows[9:]]


def bad_number(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return [(*row[:2], "many", row[3]) if i == 4 else row for i, row in enumerate(rows)]


def no_date(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return [("", *row[1:]) if i == 4 else row for i, row in enumerate(rows)]


def bad_date(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return [("2023-13-45", *row[1:]) if i == 4 else row for i, row in enumerate(rows)]


def slip(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return [("1900-01-01", *row[1:]) if i == 4 else row for i, row in enumerate(rows)]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (twice, ("lines 5 and 11", "the week of 2023-01-23", "One row per week")),
        (bad_number, ("column 'Meetings'", "line 6: 'many'")),
        (no_date, ("line 6", "there is no date")),
        (bad_date, ("column 'Week'", "line 6: '2023-13-45'")),
        (slip, ("1900-01-01", "slip")),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(spoil, said: tuple[str, ...], run: Runner, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    file = written(tmp_path / "bad.csv", spoil(list(weeks_of(60))))
    code, out, err = run("lead-lag", "--csv", file, "--date", "Week", "--x", "Meetings", "--y", "Orders", "--json")
    assert (code, out) == (1, "")
    assert all(word in err for word in said), err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (("--date", "Week", "--x", "Visits", "--y", "Orders"), "'Visits'. Its columns: Week, Calls, Meetings, Orders."),
        (("--x", "Calls", "--y", "Orders"), "say which columns"),
        (("--date", "Week", "--x", "Calls", "--y", "Orders", "--leading", "calls"), "name KPIs of the store"),
    ],
)  # fmt: skip
def test_a_question_that_does_not_fit_is_told(columns: tuple[str, ...], said: str, run: Runner, tmp_path: Path) -> None:
    code, _, err = run("lead-lag", "--csv", written(tmp_path / "w.csv", weeks_of(50)), *columns)
    assert code == 1
    assert said in err


def test_columns_of_a_file_need_a_file(run: Runner, tmp_path: Path) -> None:
    assert run("lead-lag", "--x", "Calls")[0] == 1
    code, _, err = run("lead-lag", "--csv", tmp_path / "none.csv", "--date", "a", "--x", "b", "--y", "c")
    assert (code, "none.csv cannot be used" in err) == (1, True)


def test_the_table_says_it_in_words(run: Runner, tmp_path: Path) -> None:
    file = written(tmp_path / "weeks.csv", weeks_of())
    code, out, _ = run("lead-lag", "--csv", file, "--date", "week", "--x", "Calls", "Meetings", "--y", "Orders")
    assert code == 0
    assert "leads by 5 weeks" in out
    assert "no evidence" in out


def test_the_help_shows_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lead-lag", "--help"]) == 0
    assert "lead-lag --csv" in capsys.readouterr().out


def test_json_holds_no_nan(run: Runner, tmp_path: Path) -> None:
    file = written(tmp_path / "w.csv", weeks_of(30))
    _, out, _ = run("lead-lag", "--csv", file, "--date", "Week", "--x", "Calls", "--y", "Orders", "--json")
    assert "NaN" not in out
    assert json.loads(out)[0]["lag_weeks"] is None
