"""settings: what is set, and what a change does."""

from __future__ import annotations

import pytest

STANDARD = [
    {"setting": "reporting_currency", "value": None},
    {"setting": "timezone", "value": None},
    {"setting": "week_start", "value": 1},
    {"setting": "fiscal_year_start_month", "value": 1},
]


def test_a_store_that_is_not_there_counts_in_the_standard_way_and_is_not_made(fresh):
    assert fresh.json("settings") == STANDARD
    assert not fresh.store.exists()


def test_a_change_is_kept_and_drives_the_numbers(fresh, tmp_path):
    deals = tmp_path / "deals.csv"
    deals.write_text("Deal ID,Owner,Stage,Amount,Create Date\nD1,Ann,Lead,5,2025-08-06\nD2,Bo,Lead,6,2025-08-15\n")
    fresh.json("import", deals)
    changed = fresh.json("settings", "--set", "week_start=sunday", "--set", "fiscal_year_start_month=8")
    assert {row["setting"]: row["value"] for row in changed} == {
        "reporting_currency": None, "timezone": None, "week_start": 7, "fiscal_year_start_month": 8,
    }  # fmt: skip
    assert fresh.json("settings") == changed
    assert [r["week"] for r in fresh.json("kpis", "--kpi", "new_deals", "--by", "week")] == ["2025-08-03", "2025-08-10"]
    assert [r["quarter"] for r in fresh.json("kpis", "--kpi", "new_deals", "--by", "quarter")] == ["2025-08-01"]
    assert [r["year"] for r in fresh.json("kpis", "--kpi", "new_deals", "--by", "year")] == ["2025-08-01"]
    assert [r["period_end"] for r in fresh.json("trend")] == ["2025-08-09", "2025-08-15"]
    fresh.json("settings", "--set", "week_start=", "--set", "fiscal_year_start_month=january")
    assert fresh.json("settings") == STANDARD


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("week_start=9", "from 1 (Monday) to 7 (Sunday)"),
        ("week_start=soon", "from 1 (Monday) to 7 (Sunday)"),
        ("timezone=Mars", "is no time zone"),
        ("reporting_currency=€", "is no currency code"),
        ("fiscal_year_start_month=0", "from 1 (January) to 12 (December)"),
        ("weekstart=1", "Did you mean 'week_start'?"),
        ("week_start", "write it as name=value"),
    ],
)
def test_what_cannot_be_ends_with_1_and_a_sentence(fresh, said, told):
    code, out, err = fresh("settings", "--set", said, "--json")
    assert (code, out) == (1, "")
    assert told in err
    assert fresh.json("settings") == STANDARD


def test_people_get_a_table(fresh):
    code, out, _ = fresh("settings")
    assert code == 0
    assert "week_start" in out
