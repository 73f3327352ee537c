"""The functions behind Computed KPIs: found by the name in the declaration, when somebody asks."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from kpi_engine.metrics.kinds import Computed, Figure
from kpi_engine.metrics.slice import Slice
from kpi_engine.storage.store import Session

if TYPE_CHECKING:  # the query module imports this one
    from kpi_engine.metrics.query import Span

Compute = Callable[[Session, Slice, "Span"], Figure]


def figure(metric: Computed, session: Session, ask: Slice, span: Span) -> Figure:
    """Work a Computed KPI out for one part of the business and one span of time."""
    return function_of(metric)(session, ask, span)


def function_of(metric: Computed) -> Compute:
    """The function a declaration names. Raises ImportError or AttributeError where there is none: our mistake."""
    module, name = metric.compute.split(":")
    found: Compute = getattr(import_module(module), name)
    return found
