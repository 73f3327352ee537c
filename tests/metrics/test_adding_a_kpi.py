"""docs/adding_a_kpi.md is done as it says: one declaration, and the KPI is in the guide, the catalogue and the docs."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from kpi_engine.commands.cli import main
from kpi_engine.metrics.declared import results
from kpi_engine.metrics.kinds import Metric
from kpi_engine.metrics.query import measure
from kpi_engine.metrics.registry import METRICS
from kpi_engine.views.kpi_guide import declared_guide
from scripts.generate_docs import kpis_page
from tests.conftest import PROJECT
from tests.metrics import test_by_hand as by_hand
from tests.metrics.facts import only, store_of

PAGE = (PROJECT / "docs" / "adding_a_kpi.md").read_text(encoding="utf-8")
DECLARATION, SECOND_QUERY = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.fixture
def added() -> Iterator[Metric]:
    """What the page says to write at the end of a module of declarations, written there for one test."""
    before = set(METRICS)
    exec(DECLARATION, dict(vars(results)))
    (name,) = set(METRICS) - before
    yield METRICS[name]
    del METRICS[name]


def test_its_worked_example_holds(added: Metric) -> None:
    with store_of(added.example.given, added.example.as_of) as store:
        row = only(measure(store.read(), [added.name]))
    assert (row["value"], row["n"], row["status"]) == (added.example.expect, added.example.n, added.example.status)


def test_the_second_query_of_the_page_says_the_same_on_other_deals(added: Metric) -> None:
    queries = eval(f"{{{SECOND_QUERY}}}", dict(vars(by_hand)))
    assert set(queries) == {added.name}
    with store_of(by_hand._facts(), by_hand.AS_OF) as store:
        session = store.read()
        found = []
        for since, until in by_hand.MEASURED_AT:
            measured = only(measure(session, [added.name], date_from=since, date_to=until))
            values = {"since": since, "until": until, "owner": None}
            assert measured["value"] == float(session.value(queries[added.name], values) or 0)
            found.append(measured["value"])
    assert max(found) > 0


def test_the_guide_shows_its_card(added: Metric) -> None:
    (card,) = declared_guide().shown(text="small under 500")
    assert (card.words.name, card.words.label, card.words.topic) == (added.name, added.label, added.topic)
    assert card.words.source_columns == ("Deals: Amount, Closed, Status, Stage",)


def test_the_generated_page_and_the_command_line_have_it(added: Metric, capsys: pytest.CaptureFixture[str]) -> None:
    assert f"### {added.label}\n" in kpis_page()
    store = ["--store", "nowhere.duckdb"]
    assert main(["kpis", "--describe", added.name, *store]) == 0
    assert added.indicates in capsys.readouterr().out
    assert main(["catalogue", "--kpi", added.name, *store]) == 0
    assert added.label in capsys.readouterr().out


def test_the_commands_of_the_page_are_commands(added: Metric) -> None:
    for line in re.findall(r"^\.venv/bin/python -m kpi_engine (.*)$", PAGE, flags=re.MULTILINE):
        assert main([*line.split(), "--store", "nowhere.duckdb"]) == 0
    assert added.name in PAGE


def test_afterwards_it_is_gone() -> None:
    assert "small_won_deals" not in METRICS
