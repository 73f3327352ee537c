"""What work added to expected value, and how many people a team knows: KPIs that no one aggregate gives."""

from __future__ import annotations

from datetime import date, timedelta

from kpi_engine.metrics.kinds import Figure
from kpi_engine.metrics.movement import moved_by
from kpi_engine.metrics.query import Span, has_rows
from kpi_engine.metrics.slice import Slice
from kpi_engine.names import Status
from kpi_engine.storage.store import Session, load_sql

BY_WORK = ("created", "advanced", "moved_back", "amount_changed", "reopened", "lost")
"""What moves expected value by work, down as well as up. What is won leaves it for the orders; new chances, deals gone
from an export and deals that changed hands are no work."""


def ev_gained(session: Session, ask: Slice, span: Span) -> Figure:
    """What work added to expected value between two days, both included. Its n counts the deals that moved it."""
    if not has_rows(session, "fct_changes") or span.newest is None:
        return Figure(None, 0, Status.NO_DATA)
    before = span.since - timedelta(days=1) if span.since else date.min
    total, deals = moved_by(session, ask, before, span.until or span.newest, BY_WORK)
    return Figure(float(total), deals, Status.OK)


def prospects(session: Session, ask: Slice, span: Span) -> Figure:
    """How many people are known at the end of a day."""
    if not has_rows(session, "fct_contacts"):
        return Figure(None, 0, Status.NO_DATA)
    sql = load_sql("kpi_engine.metrics", "people_known").format(condition=ask.condition())
    known = int(session.value(sql, {"at": span.at} | ask.values()))
    return Figure(float(known), known, Status.OK)
