"""Every KPI there is. Import METRICS from here: importing this module is what declares them."""

from __future__ import annotations

from collections.abc import Sequence

from kpi_engine.errors import UnknownName
from kpi_engine.metrics.declared import (
    followup,
    forecast,
    pipeline,
    progress,
    quality,
    results,
    trust,
    work,
    year,
    yields,
)
from kpi_engine.metrics.dimensions import check_cut, dimensions_of, split_by
from kpi_engine.metrics.kinds import METRICS, Metric

__all__ = ["DECLARED_IN", "METRICS", "chosen", "metric"]

DECLARED_IN = (pipeline, results, work, quality, progress, yields, followup, year, forecast, trust)


def metric(name: str) -> Metric:
    """The declaration of a KPI. Raises UnknownName, with the nearest name that exists."""
    if name not in METRICS:
        raise UnknownName.of("metric", name, METRICS)
    return METRICS[name]


def chosen(names: Sequence[str] | None, by: Sequence[str]) -> list[Metric]:
    """The KPIs asked for, checked against the cut; without names, all listed ones that can be cut so.

    Raises UnknownName for an undeclared KPI or dimension, and for a KPI that does not have the dimension.
    """
    columns, grain = split_by(by)
    if names is None:
        fits = {*columns, *([grain] if grain else [])}
        return [m for m in METRICS.values() if not m.is_part and fits <= set(dimensions_of(m))]
    wanted = [metric(name) for name in dict.fromkeys(names)]
    for one in wanted:
        check_cut(one, by)
    return wanted
