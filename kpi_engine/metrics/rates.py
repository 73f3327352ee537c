"""KPIs with their intervals, and the ratio between any two steps of the work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from kpi_engine.errors import UnknownName
from kpi_engine.metrics.declared.quality import MIN_MEETINGS
from kpi_engine.metrics.kinds import METRICS, Ratio, Unit
from kpi_engine.metrics.query import ALL, Judged, measure
from kpi_engine.metrics.slice import Slice
from kpi_engine.metrics.status import STATES, divided
from kpi_engine.model.qualification import ENDINGS
from kpi_engine.names import Status
from kpi_engine.stats.rates import ratio_of_counts
from kpi_engine.stats.scores import wilson
from kpi_engine.storage.store import Session

STEPS = (
    "dials",
    "connects",
    "meetings_booked",
    "meetings_held",
    "qualified_meetings",
    "new_deals",
    "proposals",
    "won_deals",
)
"""The way of the work, from the telephone to the order."""

_INSIDE = (("dials", "connects"), ("meetings_booked", "meetings_held", "qualified_meetings"))
"""Steps each of which is part of the one before it: their ratio is a share."""

MIN_BASE = MIN_MEETINGS
"""Below so many cases a ratio says more about chance than about the work."""

ENDING_KPIS = dict(
    zip(
        ENDINGS,
        ("qualified_by_rule", "hosted_visits_held", "allowed_exceptions", "not_qualified_meetings", "unknown_meetings"),
        strict=True,
    )
)
"""How a meeting can end -> the KPI that counts it."""


@dataclass(frozen=True)
class When:
    """What is looked at: both days are part of it; ``rule``: by which qualification rule meetings are judged."""

    date_from: date | None = None
    date_to: date | None = None
    as_of: date | None = None
    rule: Judged = "then"


def is_share(numerator: str, denominator: str) -> bool:
    """Whether the cases of one step are among those of the other."""
    return any(
        numerator in chain and denominator in chain and chain.index(numerator) >= chain.index(denominator)
        for chain in _INSIDE
    )


def touches_in_order(band: str | None) -> int:
    """Where a number of contacts stands among the others: 1 … 9, 10+, then none told.

    >>> sorted(["10+", None, "2"], key=touches_in_order)
    ['2', '10+', None]
    """
    return int(band.rstrip("+")) if band else 11


def with_intervals(
    session: Session, names: Sequence[str], ask: Slice = ALL, by: Sequence[str] = (), when: When | None = None
) -> pd.DataFrame:
    """KPIs as :func:`~kpi_engine.metrics.query.measure` gives them, with ``lower`` and ``upper``: Wilson's interval of
    80 % for shares, nan for everything that is counted and not estimated."""
    frame = _measured(session, names, ask, by, when or When())
    shares = {name for name in names if isinstance(METRICS[name], Ratio) and METRICS[name].unit is Unit.SHARE}
    is_estimate = frame["kpi"].isin(shares) & frame["value"].notna() & (frame["n"] > 0)
    lower, upper = wilson(frame["value"].to_numpy(dtype=float), frame["n"].to_numpy(dtype=float))
    return frame.assign(lower=np.where(is_estimate, lower, np.nan), upper=np.where(is_estimate, upper, np.nan))


def between(
    session: Session,
    numerator: str,
    denominator: str,
    ask: Slice = ALL,
    by: Sequence[str] = (),
    when: When | None = None,
) -> pd.DataFrame:
    """The ratio between two counts, group by group.

    Where the one is part of the other (connects of dials) it is a share with Wilson's interval; else so many of the one
    for each of the other, in the same period, with the interval of a ratio of counts. It is no cohort: the orders of a
    period come from the meetings of an earlier one.

    Returns
    -------
    DataFrame of ``*by, part, base, value, lower, upper, n, status``: ``n`` is the base; nan and no_data where it is
    zero or not known.
    """
    for name in (numerator, denominator):
        if name not in METRICS or METRICS[name].unit is not Unit.COUNT:
            raise UnknownName.of("count", name, [m.name for m in METRICS.values() if m.unit is Unit.COUNT])
    keys = list(dict.fromkeys(by))
    frame = _measured(session, list(dict.fromkeys([numerator, denominator])), ask, by, when or When())
    parts: list[pd.DataFrame] = []
    for name in (numerator, denominator):
        rows = frame[frame["kpi"] == name].set_index(keys) if keys else frame[frame["kpi"] == name].set_index("unit")
        side = "base" if parts else "part"
        parts.append(rows[["value", "status"]].rename(columns=lambda column, side=side: f"{column}_{side}"))
    both = parts[0].join(parts[1], how="outer").reset_index()
    part, base = both["value_part"].astype(float), both["value_base"].astype(float)
    value = divided(part, base)
    if is_share(numerator, denominator):
        lower, upper = wilson(value.to_numpy(), base.to_numpy())
    else:
        lower, upper = ratio_of_counts(part.to_numpy(), base.to_numpy())
    told = [both[f"status_{side}"].fillna(Status.NO_DATA.value).map(STATES.index) for side in ("part", "base")]
    status = np.array(STATES, dtype=object)[np.maximum(*(ranks.to_numpy(dtype=int) for ranks in told))]
    status = np.where((status != Status.NO_DATA.value) & (base < MIN_BASE), Status.TOO_FEW.value, status)
    status = np.where(value.isna(), Status.NO_DATA.value, status)
    is_known = value.notna().to_numpy()
    return both[keys].assign(
        part=part,
        base=base,
        value=value,
        lower=np.where(is_known, lower, np.nan),
        upper=np.where(is_known, upper, np.nan),
        n=base.fillna(0).astype("int64"),
        status=status,
    )


def endings(session: Session, ask: Slice = ALL, by: Sequence[str] = (), when: When | None = None) -> pd.DataFrame:
    """How many meetings ended in which way, group by group: ``*by``, one column per ending, ``held``. The five add up
    to the meetings held."""
    keys = list(dict.fromkeys(by))
    frame = _measured(session, [*ENDING_KPIS.values(), "meetings_held"], ask, by, when or When())
    counted = frame.assign(value=frame["value"].fillna(0).astype("int64"))
    index = keys or ["unit"]
    # A group without an owner or a team is one of its own.
    counted[index] = counted[index].fillna("")
    wide = counted.pivot_table(index=index, columns="kpi", values="value", aggfunc="sum", fill_value=0).reset_index()
    for name in (*ENDING_KPIS.values(), "meetings_held"):
        if name not in wide:
            wide[name] = 0
    named = wide.rename(columns={kpi: ending for ending, kpi in ENDING_KPIS.items()} | {"meetings_held": "held"})
    named.columns.name = None
    return named[[*keys, *ENDINGS, "held"]].astype(dict.fromkeys([*ENDINGS, "held"], "int64"))


def _measured(session: Session, names: Sequence[str], ask: Slice, by: Sequence[str], when: When) -> pd.DataFrame:
    return measure(session, names, ask, by, when.date_from, when.date_to, when.as_of, when.rule)
