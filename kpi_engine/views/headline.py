"""The three numbers, their change since another day, and the line behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import pandas as pd

from kpi_engine.metrics.query import measure
from kpi_engine.metrics.registry import METRICS
from kpi_engine.metrics.trend import trend
from kpi_engine.names import Evidence, Status
from kpi_engine.storage import Session
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who

THREE = ("total_value", "expected_value", "ev_tv_ratio")
_SPARK_WEEKS = 13
_LEAST_POINTS, _LEAST_CHANGE = 0.1, 0.1
"""A small line shows at least so much from bottom to top: ten points of a share, a tenth of an amount."""


@dataclass(frozen=True)
class Headline:
    """One number as it stands on screen. ``change`` is empty where the two days cannot be compared; ``spark`` may be
    empty; ``spark_reach`` is the span it is drawn in."""

    kpi: str
    label: str
    text: str
    change: str
    since: str
    meaning: str
    spark: tuple[float, ...] = ()
    spark_reach: tuple[float, float] = (0.0, 1.0)

    @property
    def spark_since(self) -> str:
        """How far back the small line goes."""
        return f"last {words.many(len(self.spark), 'week')}"

    @property
    def way(self) -> Literal["up", "down", "off"]:
        """Which way the change goes; off where there is none."""
        return "down" if self.change.startswith(words.MINUS) else "up" if self.change.startswith("+") else "off"


def three_numbers(session: Session, ask: Ask, who: Who, weeks: pd.DataFrame, at: str = "") -> tuple[Headline, ...]:
    """TV, EV and EV/TV at the end of the as-of day.

    ``weeks`` is the trend up to that day, for the sparklines; ``at`` names the day where it is not the newest one. The
    change is taken between the ends of two days,
    without the
    deals that have no created date: nobody knows since when those were open.
    """
    now = _values(session, ask, who, THREE)
    then, today = end_of_day(session, ask, who, ask.compare_to), end_of_day(session, ask, who, ask.as_of)
    found = []
    for kpi in THREE:
        spark = _spark(weeks[kpi])
        before, after = then.get(kpi), today.get(kpi)
        is_comparable = words.is_number(before) and words.is_number(after)
        difference = after - before if is_comparable and before is not None and after is not None else None
        found.append(
            Headline(
                kpi=kpi,
                label=METRICS[kpi].label + (f" at {at}" if at else ""),
                text=_text(kpi, now[kpi][0], ask.currency),
                change=_change(kpi, difference, ask.currency),
                since=_since(ask.compare_to, then),
                meaning=METRICS[kpi].description,
                spark=spark,
                spark_reach=_reach(spark, kpi),
            )
        )
    return tuple(found)


def _spark(values: pd.Series) -> tuple[float, ...]:
    """The last weeks of a KPI; none where the newest of them has no number, as the line would end at another day than
    the number beside it."""
    known = values.tail(_SPARK_WEEKS)
    return () if known.empty or pd.isna(known.iloc[-1]) else tuple(float(v) for v in known.dropna())


def _reach(values: tuple[float, ...], kpi: str) -> tuple[float, float]:
    """The span a small line is drawn in: its own, but never one that makes a fall of what is hardly a change.

    >>> _reach((0.65, 0.65, 0.649), "ev_tv_ratio")
    (0.5995, 0.6995)
    """
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    size = max(abs(low), abs(high))
    least = _LEAST_POINTS if kpi == "ev_tv_ratio" else _LEAST_CHANGE * size or 1.0
    more = max(least - (high - low), 0.0) / 2
    return round(low - more, 6), round(high + more, 6)


def _since(day: date, then: dict[str, Any]) -> str:
    """What the change is counted from; where the data begin later, that there is none."""
    if not then:
        return f"nothing known of {words.day(day)}"
    return f"since {words.day(day)}" + (", estimated" if then.get("evidence") == Evidence.INFERRED else "")


def without_amounts(session: Session, ask: Ask, who: Who) -> tuple[Headline, ...]:
    """What can be said where no open deal carries an amount: how many are open, how many were won, how often."""
    now = _values(session, ask, who, ("open_deals", "won_deals", "win_rate"))
    rate, closed, state = now["win_rate"]
    period = f"{words.day(ask.date_from)} to {words.day(ask.date_to)}"
    return (
        Headline(
            "open_deals",
            METRICS["open_deals"].label,
            words.count(now["open_deals"][0]),
            "",
            "",
            METRICS["open_deals"].description,
        ),
        Headline(
            "won_deals",
            METRICS["won_deals"].label,
            words.count(now["won_deals"][0]),
            "",
            period,
            METRICS["won_deals"].description,
        ),
        Headline(
            "win_rate",
            METRICS["win_rate"].label,
            words.share(rate, 1) if state != Status.TOO_FEW else words.NOTHING,
            "",
            f"of {words.many(closed, 'closed deal')}" + (", too few to say" if state == Status.TOO_FEW else ""),
            METRICS["win_rate"].description,
        ),
    )


def has_amounts(session: Session, ask: Ask, who: Who) -> bool:
    """Whether any open deal carries an amount (also true where none is open)."""
    return _values(session, ask, who, ("total_value",))["total_value"][2] != Status.NO_DATA


def _values(session: Session, ask: Ask, who: Who, names: tuple[str, ...]) -> dict[str, tuple[float | None, int, str]]:
    frame = measure(
        session, list(names), ask.seen_by(who), date_from=ask.date_from, date_to=ask.date_to, as_of=ask.as_of
    )
    rows = zip(frame["kpi"], frame["value"], frame["n"], frame["status"], strict=True)
    return {kpi: (None if pd.isna(value) else float(value), int(n), status) for kpi, value, n, status in rows}


def has_begun(session: Session, ask: Ask, who: Who) -> bool:
    """Whether anything is known of the day that is compared with."""
    return bool(end_of_day(session, ask, who, ask.compare_to))


def end_of_day(session: Session, ask: Ask, who: Who, day: date) -> dict[str, Any]:
    """TV, EV, EV/TV and their evidence at the end of one day, at the win chances in force on it; empty before the first
    deal."""
    rows = trend(session, ask.seen_by(who), "week", day, day, as_of=ask.as_of, chances="then")
    return {} if rows.empty else rows.iloc[-1].to_dict()


def _text(kpi: str, value: float | None, currency: str | None) -> str:
    return words.share(value, 1) if kpi == "ev_tv_ratio" else words.money(value, currency)


def _change(kpi: str, value: float | None, currency: str | None) -> str:
    if value is None:
        return ""
    return words.points(value) if kpi == "ev_tv_ratio" else words.money(value, currency, signed=True)
