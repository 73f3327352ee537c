"""What a KPI may be cut by: declared once, with the fact tables that know it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpi_engine.errors import UnknownName
from kpi_engine.metrics.grains import Grain
from kpi_engine.metrics.kinds import METRICS, Computed, Metric, Simple, parts_of

_DEALS = ("fct_deals", "fct_pipeline_day", "fct_stays", "fct_expected_dates")
_ALL = (*_DEALS, "fct_steps", "fct_activities")
_PEOPLE = (*_ALL, "fct_contacts")


@dataclass(frozen=True)
class Dimension:
    """A column to group by, of the same name in each of ``models``; or a period, where ``grain`` is set."""

    name: str
    label: str
    models: tuple[str, ...]
    grain: Grain | None = None


DIMENSIONS: dict[str, Dimension] = {
    dimension.name: dimension
    for dimension in (
        Dimension("owner", "Rep", _PEOPLE),
        Dimension("team", "Team", _PEOPLE),
        Dimension("pipeline", "Pipeline", _ALL),
        Dimension("segment", "Segment", _ALL),
        Dimension("source", "Source", _PEOPLE),
        Dimension("product", "Product", _ALL),
        Dimension("stage", "Stage", _DEALS),
        Dimension("activity_type", "Activity type", ("fct_activities",)),
        Dimension("touches", "Number of contacts", ("fct_activities",)),
        Dimension("week", "Week", _PEOPLE, "week"),
        Dimension("month", "Month", _PEOPLE, "month"),
        Dimension("quarter", "Quarter", _PEOPLE, "quarter"),
        Dimension("year", "Fiscal year", _PEOPLE, "year"),
    )
}


def models_of(metric: Metric) -> set[str]:
    """The fact tables a KPI rests on, through all its parts. A Computed one names its function: no such table."""
    if isinstance(metric, Simple):
        return {metric.model}
    if isinstance(metric, Computed):
        return {metric.compute}
    return {model for part in parts_of(metric) for model in models_of(METRICS[part])}


def dimensions_of(metric: Metric) -> tuple[str, ...]:
    """The dimensions a KPI can be cut by: those every one of its fact tables knows."""
    return tuple(d.name for d in DIMENSIONS.values() if models_of(metric) <= set(d.models))


def check_cut(metric: Metric, by: Sequence[str]) -> None:
    """Raise UnknownName for a dimension nobody declared, or one this KPI does not have."""
    for name in by:
        if name not in DIMENSIONS:
            raise UnknownName.of("dimension", name, DIMENSIONS)
        if name not in dimensions_of(metric):
            others = ", ".join(dimensions_of(metric))
            can = f"It can by {others}." if others else "It has no cuts."
            raise UnknownName(f"{metric.name} cannot be cut by '{name}'. {can}")


def split_by(by: Sequence[str]) -> tuple[tuple[str, ...], Grain | None]:
    """The columns to group by, and the period, of which there may be one. Raises UnknownName for an undeclared
    dimension."""
    for name in by:
        if name not in DIMENSIONS:
            raise UnknownName.of("dimension", name, DIMENSIONS)
    grains = [grain for name in dict.fromkeys(by) if (grain := DIMENSIONS[name].grain) is not None]
    if len(grains) > 1:
        raise UnknownName(f"Numbers can be cut by one kind of period at a time, not by {' and '.join(grains)}.")
    return tuple(n for n in dict.fromkeys(by) if DIMENSIONS[n].grain is None), grains[0] if grains else None
