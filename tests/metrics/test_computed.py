"""A KPI that no aggregate gives is declared like the others, and worked out by the function it names."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import pytest

from kpi_engine.errors import UnknownName
from kpi_engine.metrics import examples
from kpi_engine.metrics.computed import function_of
from kpi_engine.metrics.dimensions import dimensions_of
from kpi_engine.metrics.kinds import METRICS, Additivity, Computed, Direction, Example, Figure, Ratio, Role, Unit
from kpi_engine.metrics.query import Span, measure
from kpi_engine.metrics.registry import chosen
from kpi_engine.metrics.slice import Slice
from kpi_engine.names import Status
from kpi_engine.storage.store import Session
from tests.metrics.facts import only, store_of


def days_seen(session: Session, ask: Slice, span: Span) -> Figure:
    """Days from the start of the span to where it looks from; no number for a slice by team."""
    if ask.teams or span.since is None or span.at is None:
        return Figure(None, 0, Status.NO_DATA)
    return Figure(float((span.at - span.since).days), 2, Status.TOO_FEW)


ONE = Computed(
    name="days_seen", label="Days seen", topic="results", unit=Unit.TIMES, description="Days.", why_key="K",
    performance="P", indicates="I", role=Role.LAGGING, direction=Direction.UP, additivity=Additivity.NONE,
    compute="tests.metrics.test_computed:days_seen", example=Example({}, as_of=examples.AS_OF, expect=None, n=0),
)  # fmt: skip


@pytest.fixture
def declared(monkeypatch):
    monkeypatch.setitem(METRICS, ONE.name, ONE)
    base = METRICS["win_rate"]
    assert isinstance(base, Ratio)
    over = replace(base, name="won_per_day", label="w", numerator="won_deals", denominator=ONE.name, min_n=0)
    monkeypatch.setitem(METRICS, over.name, over)


def test_it_is_worked_out_by_the_function_it_names(declared):
    with store_of(examples.DEALS, examples.AS_OF) as store:
        row = only(measure(store.read(), ["days_seen"], date_from=date(2026, 3, 1)))
        none = only(measure(store.read(), ["days_seen"], Slice(teams=("A",)), date_from=date(2026, 3, 1)))
    assert (row["value"], row["n"], row["status"], row["unit"]) == (30.0, 2, "too_few", "times")
    assert (math.isnan(none["value"]), none["n"], none["status"]) == (True, 0, "no_data")


def test_others_may_stand_on_it(declared):
    with store_of(examples.DEALS, examples.AS_OF) as store:
        row = only(measure(store.read(), ["won_per_day"], date_from=date(2026, 3, 1)))
    assert row["value"] == pytest.approx(1 / 30)  # one of the three was won in March
    assert row["status"] == "too_few"


def test_it_has_no_cuts_and_says_so(declared):
    assert dimensions_of(ONE) == ()
    with pytest.raises(UnknownName, match=r"days_seen cannot be cut by 'month'\. It has no cuts\."):
        chosen(["days_seen"], ["month"])
    assert "days_seen" not in {m.name for m in chosen(None, ["month"])}
    assert "days_seen" in {m.name for m in chosen(None, [])}


def test_every_declared_function_is_there():
    for metric in METRICS.values():
        if isinstance(metric, Computed):
            assert callable(function_of(metric)), metric.name
