"""Every KPI is declared whole, and its worked example holds."""

from __future__ import annotations

import math

import pytest

from kpi_engine.errors import UnknownName
from kpi_engine.metrics import examples
from kpi_engine.metrics.kinds import METRICS as ALL_DECLARED
from kpi_engine.metrics.kinds import define
from kpi_engine.metrics.query import measure
from kpi_engine.metrics.registry import METRICS, chosen, metric
from kpi_engine.names import ACTIVITY_TYPES
from kpi_engine.storage.store import Store
from tests.metrics.facts import COLUMNS, only, store_of
from tests.metrics.facts import declared as declared_columns

every_metric = pytest.mark.parametrize("declared", METRICS.values(), ids=lambda m: m.name)


@every_metric
def test_the_worked_example_holds(declared):
    example = declared.example
    with store_of(example.given, example.as_of) as store:
        row = only(measure(store.read(), [declared.name]))
    assert row["status"] == example.status
    assert row["n"] == example.n
    assert row["unit"] == declared.unit
    assert math.isnan(row["value"]) if example.expect is None else row["value"] == pytest.approx(example.expect)


@every_metric
def test_the_words_are_there_and_no_two_kpis_share_a_label(declared):
    for words in (declared.label, declared.description, declared.why_key, declared.performance, declared.indicates):
        assert words.strip()
    assert declared.description.endswith(".")
    assert [m.name for m in METRICS.values() if m.label == declared.label] == [declared.name]


@every_metric
def test_a_word_that_a_kpi_is_searched_as_is_in_small_letters_and_belongs_to_it_alone(declared):
    for word in declared.searched_as:
        assert word == " ".join(word.casefold().split())
        assert [m.name for m in METRICS.values() if word in (*m.searched_as, m.label.casefold())] == [declared.name]
        assert not declared.is_part  # which stands on no card


@every_metric
def test_an_empty_store_gives_no_number_rather_than_zero(declared):
    with store_of({}) as store:
        row = only(measure(store.read(), [declared.name]))
    assert (math.isnan(row["value"]), row["n"], row["status"]) == (True, 0, "no_data")


@pytest.mark.parametrize(
    ("name", "value"),
    [("win_rate", 1.0), ("velocity_value", 3 * 600 * 1.0), ("sales_velocity", 3 * 600 * 1.0 / 30)],
)
def test_too_few_cases_are_a_status_and_keep_their_value(name, value):
    one_won = {"fct_deals": examples.DEALS["fct_deals"][:1]}
    with store_of(examples.OPEN | one_won, examples.AS_OF) as store:
        row = only(measure(store.read(), [name]))
    assert (row["value"], row["n"], row["status"]) == (pytest.approx(value), 1, "too_few")


def test_every_activity_type_has_a_kpi():
    examples = {row["activity_type"] for m in METRICS.values() for row in m.example.given.get("fct_activities", ())}
    assert set(ACTIVITY_TYPES) <= examples


def test_a_name_is_declared_once():
    with pytest.raises(ValueError, match="declared twice"):
        define(metric("win_rate"))
    assert ALL_DECLARED is METRICS


def test_an_unknown_kpi_is_answered_with_the_nearest():
    with pytest.raises(UnknownName, match=r"No metric is called 'win_rat'. Did you mean 'win_rate'?"):
        metric("win_rat")


def test_a_cut_a_kpi_does_not_have_is_refused_in_a_sentence():
    with pytest.raises(UnknownName, match=r"calls cannot be cut by 'stage'\. It can by owner"):
        chosen(["calls"], ["stage"])
    with pytest.raises(UnknownName, match=r"No dimension is called 'ownr'. Did you mean 'owner'?"):
        chosen(None, ["ownr"])
    with pytest.raises(UnknownName, match="one kind of period at a time"):
        chosen(["won_deals"], ["week", "month"])


def test_without_names_the_listed_kpis_that_have_the_cut_are_taken():
    names = {m.name for m in chosen(None, ["stage"])}
    assert "total_value" in names
    assert "calls" not in names
    assert not any(METRICS[name].is_part for name in names)


def test_the_tables_of_these_tests_have_the_columns_and_types_of_the_real_ones():
    with Store.in_memory() as store:
        session = store.read()
        for table in COLUMNS:
            found = "select column_name, data_type from information_schema.columns where table_name = $table"
            real = {name: kind.lower().replace(",", ", ") for name, kind in session.rows(found, {"table": table})}
            assert real, table
            assert {name: real.get(name) for name, _ in declared_columns(table)} == dict(declared_columns(table)), table
