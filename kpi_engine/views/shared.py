"""What a viewer may look at: the facts as they are, or as one rep may share them on a screen."""

from __future__ import annotations

from kpi_engine.metrics.kinds import Unit
from kpi_engine.metrics.query import measure
from kpi_engine.metrics.registry import METRICS
from kpi_engine.metrics.slice import Slice
from kpi_engine.model.shared import share
from kpi_engine.storage import Session, Store
from kpi_engine.views.ask import Who
from kpi_engine.views.words import is_number

INDEX = 100.0
"""What the first of these amounts that is there becomes on a screen that shares no amounts."""

MONEY_UNITS = (Unit.MONEY, Unit.MONEY_PER_DAY)

MONEY_KPIS = tuple(
    name.lower()
    for one in METRICS.values()
    if one.unit in MONEY_UNITS
    for name in (one.name, one.label)
)
"""The KPIs whose targets are amounts, as targets call them: by name or by label."""

_MEASURES = ("expected_value", "total_value", "won_value")


def session_for(store: Store, who: Who) -> Session:
    """A session for reading in which everything is as the viewer may see it."""
    if not who.is_sharing or not who.owners:
        return store.read()
    owner, factor = who.owners[0], 1.0
    if who.amounts == "index":
        whole = store.read()
        factor = whole.kept("index", owner, lambda: index_factor(whole, owner))
    return share(store.read(), owner, factor, MONEY_KPIS)


def index_factor(session: Session, owner: str) -> float:
    """What every amount has to be multiplied by, so that the rep's expected value is 100; where there is none, their
    total value, else all they ever won. Without any amount there is nothing to hide: 1."""
    frame = measure(session, list(_MEASURES), Slice(owners=(owner,))).set_index("kpi")["value"]
    found = [float(frame[name]) for name in _MEASURES if is_number(frame[name]) and frame[name] > 0]
    return INDEX / found[0] if found else 1.0
