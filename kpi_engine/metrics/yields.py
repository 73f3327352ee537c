"""Which activity pays: what came of deals, shared out among the activities done on them."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from kpi_engine.metrics.gained import BY_WORK
from kpi_engine.metrics.movement import booked_changes
from kpi_engine.metrics.query import deals_as_seen, has_rows, measure
from kpi_engine.metrics.slice import Slice
from kpi_engine.metrics.status import divided
from kpi_engine.names import Status
from kpi_engine.stats.scores import Z80
from kpi_engine.storage.store import Session, load_sql

MIN_OF_TYPE = 20
"""Below so many activities of a type nothing is said of what one brings."""

COLUMNS = (
    "activity_type", "activities", "hours", "gained", "won_value", "gained_each", "gained_lower", "gained_upper",
    "won_each", "won_lower", "won_upper", "gained_hour", "won_hour", "status",
)  # fmt: skip


def yield_by_type(session: Session, ask: Slice, since: date, until: date, as_of: date) -> pd.DataFrame:
    """Expected value gained and won value of a span, by type of activity, per activity and per hour noted.

    What a deal brought is shared out in equal parts among the activities done on it: the expected value it gained among
    those of the span, the order among all up to it. The parts add up to the whole; what nothing was done on stands in a
    row of its own, whose type is None. It says what goes together, and proves no cause.

    The intervals (80 %) take the deals as they come for a matter of chance: z·√Σx² over the parts x of the deals (a
    compound Poisson sum).

    Returns
    -------
    DataFrame of :data:`COLUMNS`. Below MIN_OF_TYPE activities the status is too_few and nothing is said of one.
    """
    if not has_rows(session, "fct_changes"):
        return pd.DataFrame(columns=list(COLUMNS))
    booked, values = booked_changes(ask, since - timedelta(days=1), until)
    sql = load_sql("kpi_engine.metrics", "yield_by_type").format(
        booked=booked, deals=deals_as_seen(session, as_of), condition=ask.condition()
    )
    more: dict[str, object] = {"since": since, "until": until, "causes": list(BY_WORK), "at": as_of}
    shared = session.frame(sql, values | more | ask.values())
    work = measure(session, ["activities_done", "activity_hours"], ask, ["activity_type"], since, until, as_of)
    wide = work.pivot_table(index="activity_type", columns="kpi", values="value", dropna=False).reset_index()
    wide = wide.reindex(columns=["activity_type", "activities_done", "activity_hours"])
    wide = wide.rename(columns={"activities_done": "activities", "activity_hours": "hours"})
    frame = wide.merge(shared, on="activity_type", how="outer")
    amounts = ["activities", "gained", "won_value", "gained_squares", "won_squares"]
    frame[amounts] = frame[amounts].astype(float).fillna(0.0)
    frame = frame[(frame[amounts] != 0).any(axis=1)].reset_index(drop=True)
    is_enough = frame["activities"] >= MIN_OF_TYPE
    for name, total, squares in (("gained", "gained", "gained_squares"), ("won", "won_value", "won_squares")):
        half = Z80 * np.sqrt(frame[squares])
        frame[f"{name}_each"] = divided(frame[total], frame["activities"]).where(is_enough)
        frame[f"{name}_lower"] = divided(frame[total] - half, frame["activities"]).where(is_enough)
        frame[f"{name}_upper"] = divided(frame[total] + half, frame["activities"]).where(is_enough)
        frame[f"{name}_hour"] = divided(frame[total], frame["hours"]).where(is_enough)
    frame["won_lower"] = frame["won_lower"].clip(lower=0.0)
    frame["status"] = np.where(frame["activities"] == 0, Status.NO_DATA, np.where(is_enough, Status.OK, Status.TOO_FEW))
    frame["activity_type"] = frame["activity_type"].astype(object).where(frame["activity_type"].notna(), None)
    return frame[list(COLUMNS)]
