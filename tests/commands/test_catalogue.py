"""The catalogue on the command line: one object per KPI, with nothing left out."""

from __future__ import annotations

import pytest

from kpi_engine.metrics.registry import METRICS
from kpi_engine.views.kpi_evidence import NOT_TESTED
from tests.commands.conftest import Runner

FIELDS = {
    "name", "label", "topic", "unit", "direction", "role", "why_key", "performance", "indicates", "formula",
    "source_columns", "applies_to", "example", "value", "n", "status", "evidence", "used_in",
}  # fmt: skip
MAY_BE_NULL = {"value"}


def _listed() -> list[str]:
    return [metric.name for metric in METRICS.values() if not metric.is_part]


def test_every_kpi_is_there_with_every_field_filled(run: Runner) -> None:
    rows = run.json("catalogue")
    assert sorted(row["name"] for row in rows) == sorted(_listed())
    for row in rows:
        assert set(row) >= FIELDS
        empty = {field for field in FIELDS - MAY_BE_NULL if row[field] in (None, "", [])}
        assert empty == set(), row["name"]
        assert all(text.strip() for field in ("source_columns", "used_in") for text in row[field])


def test_its_numbers_are_those_of_kpis(run: Runner) -> None:
    measured = {row["kpi"]: row for row in run.json("kpis")}
    for row in run.json("catalogue"):
        told = measured[row["name"]]
        assert (row["value"], row["n"], row["status"]) == (told["value"], told["n"], told["status"]), row["name"]


def test_an_empty_store_has_no_numbers_and_makes_no_file(fresh: Runner) -> None:
    rows = fresh.json("catalogue")
    assert sorted(row["name"] for row in rows) == sorted(_listed())
    assert {(row["value"], row["n"], row["status"]) for row in rows} == {(None, 0, "no_data")}
    assert {row["evidence"] for row in rows} == {NOT_TESTED}
    assert not fresh.store.exists()


def test_a_span_and_a_slice_are_heeded(run: Runner) -> None:
    (row,) = run.json("catalogue", "--kpi", "won_deals", "--from", "2025-02-01", "--to", "2025-02-28")
    assert row["value"] == 0
    (row,) = run.json("catalogue", "--kpi", "won_deals", "--owner", "Ann")
    assert row["value"] == 1
    (row,) = run.json("catalogue", "--kpi", "won_deals", "--owner", "Bo")
    assert row["value"] == 0


def test_one_kpi_and_a_part_of_others_can_be_asked_for_by_name(run: Runner) -> None:
    assert [row["name"] for row in run.json("catalogue", "--kpi", "closed_deals", "--kpi", "calls")] == [
        "closed_deals",
        "calls",
    ]
    code, _, said = run("catalogue", "--kpi", "won_deal")
    assert (code, said.strip()) == (1, "No metric is called 'won_deal'. Did you mean 'won_deals'?")


def test_a_person_gets_a_table(run: Runner) -> None:
    code, out, _ = run("catalogue", "--kpi", "win_rate")
    assert code == 0
    assert "Win rate" in out
    assert "KPI guide" in out


@pytest.mark.parametrize("argv", [("win_rate", "calls"), ("--kpi", "win_rate", "--kpi", "calls")])
def test_kpis_are_described_by_name_as_their_cards_say(run: Runner, argv: tuple[str, ...]) -> None:
    told = run.json("kpis", "--describe", *argv) if argv[0] != "--kpi" else run.json("kpis", *argv, "--describe")
    assert [one["name"] for one in told] == ["win_rate", "calls"]
    assert told[0]["formula"] == "Won deals ÷ Closed deals"
    catalogued = run.json("catalogue", "--kpi", "win_rate")[0]
    assert {name: catalogued[name] for name in told[0]} == told[0]


