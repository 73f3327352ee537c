"""The rows behind a count: they add up to it, because each is counted by the KPI's own declaration."""

from __future__ import annotations

import pandas as pd

from kpi_engine.errors import UnknownName
from kpi_engine.metrics.kinds import Additivity, Simple, Unit
from kpi_engine.metrics.query import relation
from kpi_engine.metrics.rates import When
from kpi_engine.metrics.registry import METRICS, metric
from kpi_engine.metrics.slice import Slice
from kpi_engine.storage.store import Session, load_sql

MODELS = ("fct_activities", "fct_deals", "fct_steps")
"""The fact tables whose rows can be listed."""


def has_rows_behind(name: str) -> bool:
    """Whether a KPI is a plain count of rows that can be listed: what is listed adds up to the number, as amounts, of
    which some are negative or not told, would not."""
    one = METRICS.get(name)
    if not isinstance(one, Simple) or one.model not in MODELS:
        return False
    return one.additivity is Additivity.FULL and one.unit is Unit.COUNT


def rows_behind(session: Session, name: str, ask: Slice, when: When) -> pd.DataFrame:
    """The rows a count is made of, the newest first.

    Returns
    -------
    DataFrame of ``day, what, owner, account, contact, deal_id, outcome, ending, counted``; ``counted`` adds up to what
    :func:`~kpi_engine.metrics.query.measure` gives for the same question.

    Raises
    ------
    UnknownName
        There is no such KPI, or it is no plain count.
    """
    one = metric(name)
    if not isinstance(one, Simple) or not has_rows_behind(name):
        raise UnknownName.of("count", name, [known for known in METRICS if has_rows_behind(known)])
    model, values = relation(session, one.model, when.as_of, when.rule)
    is_bounded = when.date_from is not None or when.date_to is not None
    inside = load_sql("kpi_engine.metrics", "inside").format(time=one.time) if is_bounded else "true"
    sql = load_sql("kpi_engine.metrics", f"behind_{one.model}").format(
        expr=one.expr, where=one.where, time=one.time, model=model, condition=ask.condition(), is_inside=inside
    )
    bounds: dict[str, object] = {"since": when.date_from, "until": when.date_to}
    return session.frame(sql, bounds | values | ask.values())
