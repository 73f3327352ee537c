"""The cards of the KPI guide: whole, findable, and about nobody the viewer may not see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from kpi_engine.metrics import examples
from kpi_engine.metrics.kinds import Computed
from kpi_engine.metrics.registry import METRICS
from kpi_engine.names import COLUMNS
from kpi_engine.stats.lead_lag import Verdict
from kpi_engine.storage import Session
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.kpi_card import UNITS, card, cards, example_frame, number
from kpi_engine.views.kpi_evidence import NOT_TESTED, Cell, told
from kpi_engine.views.kpi_guide import declared_guide, kpi_guide_view, used_in, worked_out
from kpi_engine.views.store import KIND_WORDS
from scripts.kpi_use import _kpis_in, kpi_use
from tests.metrics.facts import store_of

ASK = Ask(examples.AS_OF, date(2026, 1, 1), examples.AS_OF, examples.AS_OF, currency="EUR")
ASK_OF_MARCH = replace(ASK, date_from=date(2026, 3, 1))
every_kpi = pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.name)
LABELS = {f"{KIND_WORDS[kind]}: {column.label}" for kind, columns in COLUMNS.items() for column in columns}


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with store_of({**examples.DEALS, **examples.OPEN, **examples.MEETINGS}, examples.AS_OF) as store:
        yield store.read()


@every_kpi
def test_a_card_leaves_no_question_open(metric) -> None:
    one = card(metric)
    assert one.formula.strip()
    assert one.applies_to.endswith(".")
    assert one.example.endswith(".")
    assert not example_frame(one).empty
    assert one.unit in UNITS
    named = [f"{kind}: {label}" for kind, _, labels in (c.partition(": ") for c in one.source_columns)
             for label in labels.split(", ")]  # fmt: skip
    assert named
    assert set(named) <= LABELS


@every_kpi
def test_the_example_of_a_card_is_the_declared_number_or_says_why_there_is_none(metric) -> None:
    said = card(metric).example
    if metric.example.expect is None:
        assert "so no number is given" in said
    else:
        assert number(metric.unit.value, float(metric.example.expect)) in said


def test_a_search_looks_everywhere_on_a_card_and_for_all_words() -> None:
    found = {one.words.name for one in declared_guide().shown(text="CLOSED amount won")}
    assert {"won_value", "win_rate_value"} <= found
    assert "calls" not in found
    assert declared_guide().shown(text="xyzzy") == []


def test_numbers_are_those_of_the_slice_and_too_few_are_not_said(session: Session) -> None:
    by_name = {one.words.name: one.measured for one in kpi_guide_view(session, ASK, Who()).cards}
    assert (by_name["won_value"].value, by_name["won_value"].value_text) == (900.0, "€900")
    assert by_name["qualified_rate"].value_text == "50.0 %"
    in_march = {one.words.name: one.measured for one in kpi_guide_view(session, ASK_OF_MARCH, Who()).cards}
    rate = in_march["win_rate"]
    assert (rate.value, rate.status, rate.value_text) == (1 / 3, "too_few", "–")
    assert rate.status_text == "too few to say: 3 cases"


def test_nobody_sees_the_numbers_of_others(session: Session) -> None:
    cards_in_march = {one.words.name: one.measured for one in kpi_guide_view(session, ASK, Who("Bo", ("Bo",))).cards}
    assert cards_in_march["won_value"].value == 0
    assert cards_in_march["meetings_held"].value == 0


def test_what_a_function_works_out_waits_and_comes_when_it_is_asked_for(session: Session) -> None:
    shown = {one.words.name: one.measured for one in kpi_guide_view(session, ASK, Who()).cards}
    waiting = {name for name, one in shown.items() if one.status is None}
    assert {"seasonal_index", "forecast_wape"} <= waiting
    assert all(isinstance(METRICS[name], Computed) for name in waiting)
    found = worked_out(session, replace(ASK, choice="booked_ahead"), Who())
    assert found.status in ("ok", "no_data", "too_few")


def test_evidence_is_told_in_a_sentence_whatever_was_found() -> None:
    pair = {"leading": "meetings_held", "lagging": "won_deals", "weeks": 60}
    assert told("calls", [Cell(status="leads", lag_weeks=7, **pair)]) == NOT_TESTED
    verdicts = (Verdict.NO_EVIDENCE, Verdict.NOT_ENOUGH_WEEKS, Verdict.OTHER_WAY)
    said = [told("meetings_held", [Cell(status=one, **pair)]) for one in verdicts]
    assert said == [
        "Here nothing shows that it is followed by won deals (60 weeks).",
        "Too few weeks, or too little in them, to test it (60 weeks).",
        "Here more of it was followed by fewer won deals (60 weeks): look into why.",
    ]
    assert told("won_deals", [Cell(status=Verdict.NO_EVIDENCE, **pair)]) == (
        "Here none of 1 leading KPI tested is followed by it."
    )


def test_evidence_is_put_on_the_cards_it_is_of() -> None:
    guide = declared_guide().with_evidence([Cell("meetings_held", "won_deals", "leads", 156, 7)])
    said = {one.words.name: one.evidence for one in guide.cards}
    assert said["meetings_held"] == "Here more of it was followed by more won deals 7 weeks later (156 weeks)."
    assert said["won_deals"] == "Here it followed meetings held (7 weeks later)."
    assert said["calls"] == NOT_TESTED


def test_the_pages_of_a_kpi_are_those_whose_code_asks_for_it() -> None:
    assert "overview" in used_in("expected_value")
    assert "overview" in used_in("qualified_rate")  # by the balance alarm
    assert "quality" in used_in("qualified_rate")
    assert "months" in used_in("seasonal_index")
    assert "quality" not in used_in("expected_value")


def test_names_of_kpis_are_found_where_they_are_asked_for_and_columns_are_not() -> None:
    import ast

    known = frozenset(METRICS)
    asked = 'X = "won_deals"\nmeasure(s, ["calls", "won_value"])\nMETRICS["emails"]\nL = {"tasks": 1, "visits": 2}'
    assert _kpis_in(ast.parse(asked), known) == {"won_deals", "calls", "won_value", "emails", "tasks", "visits"}
    columns = 'frame["meetings"]\nf(columns=["owner", "meetings"])\nframe.assign(notes=1)\n"calls"'
    assert _kpis_in(ast.parse(columns), known) == set()


def test_every_page_of_the_app_is_looked_through() -> None:
    found = kpi_use(frozenset(METRICS), [("tasks", "kpi_engine.metrics.balance")])
    assert {"overview", "quality", "leading", "kpi_guide"} <= set(found)
    assert found["overview"]["title"] == "Overview"
    assert "tasks" in found["overview"]["kpis"]  # its module is reached from there
    assert "tasks" not in found["quality"]["kpis"]


def test_cards_are_of_all_that_are_no_mere_parts() -> None:
    assert [one.name for one in cards()] == [m.name for m in METRICS.values() if not m.is_part]
