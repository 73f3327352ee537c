"""Whether exceptions and hosted visits paid: what became of deals by how the first meeting held with them ended."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kpi_engine.ingest.history import store_as_of
from kpi_engine.metrics.query import Judged, deals_as_seen
from kpi_engine.metrics.rates import When
from kpi_engine.metrics.slice import Slice
from kpi_engine.metrics.status import divided
from kpi_engine.model.qualification import spoken
from kpi_engine.names import Status
from kpi_engine.stats.rates import Z95, difference_of_shares, mean_of_amounts
from kpi_engine.stats.scores import wilson
from kpi_engine.storage.store import Session, load_sql

MIN_RESOLVED = 20
"""Below so many deals that were decided nothing is said of their win rate and value."""

NO_MEETING = "no_meeting"
"""The deals nobody met before they were decided, or whose meetings are not in the files."""

EXCEPTION = "allowed_exception"
_YARDSTICK = "qualified"

COLUMNS = (
    "ending", "reason", "deals", "resolved", "won", "win_rate", "lower", "upper", "status", "won_value",
    "value_per_deal", "value_lower", "value_upper", "difference", "difference_lower", "difference_upper", "verdict",
)  # fmt: skip


def payback(session: Session, ask: Slice, when: When) -> pd.DataFrame:
    """Deals by how the first meeting held with them ended: one row per ending, and under the exceptions (where there
    are several reasons) one per reason. The best win rate comes first, what nothing can be said of last.

    Resolved deals are those won or lost in the span of ``when``. Values are won amounts over all resolved deals, the
    lost ones with nothing; intervals are of 80 %, and a verdict needs a difference beyond 95 %.

    Returns
    -------
    DataFrame of :data:`COLUMNS`. ``reason`` is None where a row is about all of an ending. Too few resolved deals leave
    no rate and no value, only how many there are. ``verdict``: better, worse, no_difference, too_few or yardstick,
    beside the deals whose first meeting met the rule; no difference: none that chance does not make as well, in one of
    twenty comparisons.
    """
    found = _first_meetings(session, ask, when)
    whole = found.groupby("ending", as_index=False, sort=False).sum(numeric_only=True).assign(reason=None)
    several = found[(found["ending"] == EXCEPTION) & found["reason"].notna()]
    rows = pd.concat([whole, several], ignore_index=True)
    if rows.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    resolved, won = rows["resolved"].to_numpy(dtype=float), rows["won"].to_numpy(dtype=float)
    rate = divided(rows["won"], rows["resolved"])
    lower, upper = wilson(rate.to_numpy(), resolved)
    mean, value_lower, value_upper = mean_of_amounts(rows["won_value"].to_numpy(), rows["squares"].to_numpy(), resolved)
    status = np.select(
        [resolved == 0, resolved < MIN_RESOLVED], [Status.NO_DATA.value, Status.TOO_FEW.value], Status.OK.value
    )
    is_enough = status == Status.OK.value
    # A won deal without an amount would be worth nothing: then nothing is said of value.
    has_value = is_enough & ((won == 0) | (rows["without_amount"] == 0).to_numpy())
    rows = rows.assign(
        win_rate=rate.where(is_enough),
        lower=np.where(is_enough, lower, np.nan),
        upper=np.where(is_enough, upper, np.nan),
        status=status,
        value_per_deal=np.where(has_value, mean, np.nan),
        value_lower=np.where(has_value, value_lower, np.nan),
        value_upper=np.where(has_value, value_upper, np.nan),
    )
    yardstick = rows[(rows["ending"] == _YARDSTICK) & (rows["status"] == Status.OK.value)]
    compared = [_compared(row, yardstick) for row in rows.to_dict("records")]
    names = ["difference", "difference_lower", "difference_upper", "verdict"]
    whole = pd.concat([rows, pd.DataFrame(compared, columns=names)], axis=1)[list(COLUMNS)]
    return whole.sort_values("win_rate", ascending=False, na_position="last", kind="stable", ignore_index=True)


def _compared(row: Mapping[str, float], yardstick: pd.DataFrame) -> tuple[float, float, float, str]:
    """The win rate beside that of qualified meetings: difference, its 80 % interval, and what can be said."""
    nothing = (np.nan, np.nan, np.nan)
    if row["ending"] == _YARDSTICK:
        return (*nothing, "yardstick")
    if row["status"] != Status.OK.value or yardstick.empty:
        return (*nothing, "too_few")
    other = yardstick.iloc[0]
    groups = (row["win_rate"], row["resolved"], float(other["win_rate"]), float(other["resolved"]))
    low, high = difference_of_shares(*groups, z=Z95)
    verdict = "better" if low > 0 else "worse" if high < 0 else "no_difference"
    return (row["win_rate"] - float(other["win_rate"]), *difference_of_shares(*groups), verdict)


def reasons(session: Session, ask: Slice, when: When) -> pd.DataFrame:
    """Whose exceptions, and why: ``reason`` (one spelling for all that mean the same; None where nobody wrote one),
    ``owner`` ('' for nobody), ``meetings``, of the span of ``when``."""
    sql = load_sql("kpi_engine.metrics", "exception_reasons").format(
        activities=_activities(when.rule),
        condition=ask.condition({"owner": "activities.owner"}),
        spoken=spoken("written"),
    )
    until = min([day for day in (when.date_to, when.as_of) if day is not None], default=None)
    return _with_none(session.frame(sql, {"since": when.date_from, "until": until} | ask.values()))


def _first_meetings(session: Session, ask: Slice, when: When) -> pd.DataFrame:
    newest = store_as_of(session)
    at = when.as_of or newest
    deals = deals_as_seen(session, at) if at is not None else "fct_deals"
    sql = load_sql("kpi_engine.metrics", "first_meetings").format(
        activities=_activities(when.rule), deals=deals, condition=ask.condition(), spoken=spoken("held.reason")
    )
    values: dict[str, object] = {"since": when.date_from, "until": when.date_to, "at": at}
    return _with_none(session.frame(sql, values | ask.values()))


def _with_none(frame: pd.DataFrame) -> pd.DataFrame:
    """With None for a reason that is not there."""
    return frame.assign(reason=frame["reason"].astype(object).where(frame["reason"].notna(), None))


def _activities(rule: Judged) -> str:
    return f"({load_sql('kpi_engine.metrics', 'judged_by_todays_rule')})" if rule == "today" else "fct_activities"
