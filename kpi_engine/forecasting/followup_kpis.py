"""The KPIs of following up: how much of the open work has a next step, whether its days are kept, what stands still."""

from __future__ import annotations

from datetime import date

import pandas as pd

from kpi_engine.forecasting.reasons import Why
from kpi_engine.forecasting.worklist import Worklist, worklist
from kpi_engine.ingest.history import store_as_of
from kpi_engine.metrics.kinds import Figure
from kpi_engine.metrics.query import Span, deals_as_seen
from kpi_engine.metrics.slice import Slice
from kpi_engine.metrics.status import divided
from kpi_engine.names import Status
from kpi_engine.storage.store import Session, load_sql

MIN_STEPS = 5
"""A share of fewer deals, or of fewer agreed days, says more about chance than about following up."""

STALE = (Why.LONG, Why.SILENT)
"""What makes a deal stale."""


def next_step_coverage(session: Session, ask: Slice, span: Span) -> Figure:
    """The share of open deals whose next contact is agreed for today or later; n counts those of whose next step an
    export says anything."""
    if span.at is None:
        return Figure(None, 0, Status.NO_DATA)
    work = work_of(session, ask, span.at)
    looked = next((one for one in work.looked if one.code == Why.NO_STEP), None)
    if looked is None or looked.n == 0:
        return Figure(None, 0, Status.NO_DATA)
    missing = {Why.NO_STEP, Why.OVERDUE}
    without = sum(any(one.code in missing for one in reasons) for reasons in work.deals["reasons"])
    return Figure(_share(looked.n - without, looked.n), looked.n, _enough(looked.n))


def follow_up_on_time_rate(session: Session, ask: Slice, span: Span) -> Figure:
    """The share of agreed days on which, in the week before, or the day after, something was done with the deal; n
    counts the agreed days that are over. Inferred where most of them are known only because they still stood in an
    export made after their day: those that were kept had been typed over by then, so it reads low."""
    if span.at is None:
        return Figure(None, 0, Status.NO_DATA)
    sql = load_sql("kpi_engine.forecasting", "kept_steps").format(
        deals=deals_as_seen(session, span.at), condition=ask.condition()
    )
    newest = store_as_of(session) or span.at
    values = {"as_of": span.at, "at": span.at, "newest": newest, "since": span.since, "until": span.until}
    n, kept, told_late, done = session.rows(sql, values | ask.values())[0]
    if n == 0 or done == 0:
        return Figure(None, 0, Status.NO_DATA)
    status = _enough(n)
    if status is Status.OK and told_late * 2 > n:
        status = Status.INFERRED
    return Figure(_share(kept, n), int(n), status)


def stale_value(session: Session, ask: Slice, span: Span) -> Figure:
    """The amounts of the open deals that are in their stage, or left alone, for longer than usual while nothing is
    agreed and their month is near; n counts those deals. No number where neither can be looked at, or none of them
    carries an amount."""
    if span.at is None:
        return Figure(None, 0, Status.NO_DATA)
    work = work_of(session, ask, span.at)
    states = [one.status for one in work.looked if one.code in STALE]
    if Status.OK not in states:
        return Figure(None, 0, Status.NO_DATA)
    stale = work.deals[[any(one.code in STALE for one in reasons) for reasons in work.deals["reasons"]]]
    amounts = stale["amount"].dropna()
    if len(stale) and amounts.empty:
        return Figure(None, 0, Status.NO_DATA)
    return Figure(float(amounts.sum()), len(amounts), Status.OK)


def work_of(session: Session, ask: Slice, at: date) -> Worklist:
    """The worklist without the deals' own chances, worked out once for all that ask about the same part and day."""
    return session.kept("worklist", (ask, at), lambda: worklist(session, ask, at, with_own_chances=False))


def _enough(n: int) -> Status:
    return Status.OK if n >= MIN_STEPS else Status.TOO_FEW


def _share(part: int, whole: int) -> float:
    return float(divided(pd.Series([part]), pd.Series([whole])).iloc[0])
