"""What KPIs say of themselves, printed: the same cards as in the KPI guide."""

from __future__ import annotations

from kpi_engine.commands.output import print_json
from kpi_engine.metrics.kinds import Metric
from kpi_engine.views.kpi_card import Card, card


def describe(metrics: list[Metric], as_json: bool) -> None:
    """Say what KPIs are, as their cards do."""
    told = [card(metric) for metric in metrics]
    if as_json:
        print_json([declared(one) for one in told])
        return
    for one in told:
        print(f"{one.name} ({one.label}, {one.measured_in}, {one.role})")
        print(f"  {one.description}")
        print(f"  Why key: {one.why_key}\n  Performance: {one.performance}\n  Indicates: {one.indicates}")
        print(f"  Formula: {one.formula}\n  From: {'; '.join(one.source_columns)}\n  Whose: {one.applies_to}")
        print(f"  Example: {one.example}\n")


def declared(one: Card) -> dict[str, object]:
    """What a KPI says of itself, by name."""
    return {
        "name": one.name,
        "label": one.label,
        "topic": one.topic,
        "unit": one.unit,
        "direction": one.direction,
        "role": one.role,
        "adds_over": one.adds_over,
        "min_n": one.min_n,
        "description": one.description,
        "why_key": one.why_key,
        "performance": one.performance,
        "indicates": one.indicates,
        "formula": one.formula,
        "source_columns": list(one.source_columns),
        "applies_to": one.applies_to,
        "by": list(one.cuts),
        "example": one.example,
    }
