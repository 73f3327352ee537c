"""The open work by the month it is for."""

from __future__ import annotations

import pandas as pd

from kpi_engine.periods import month, month_add
from kpi_engine.storage import Session, load_sql
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who

_MONTHS_AHEAD = 12


def prospects(session: Session, ask: Ask, who: Who, *, by_delivery: bool = False) -> pd.DataFrame:
    """Open value and EV by the month they are expected (or delivered) in and by stage; what is overdue, later or
    undated stands apart. See ui.charts.expected: bucket, bucket_order, is_apart, stage, stage_order, value, text, and
    the same for EV under expected_value, expected_text."""
    mine = ask.seen_by(who)
    this_month = month(ask.as_of).start
    horizon = month_add(this_month, _MONTHS_AHEAD)
    sql = load_sql("kpi_engine.views", "prospects").format(condition=mine.condition())
    frame = session.frame(sql, {"as_of": ask.as_of, "horizon": horizon, "by_delivery": by_delivery} | mine.values())
    apart = {"overdue": (-1, "Overdue"), "later": (_MONTHS_AHEAD, "Later"), "none": (_MONTHS_AHEAD + 1, "No date")}
    months = {month_add(this_month, i): i for i in range(_MONTHS_AHEAD)}
    days = [None if pd.isna(start) else pd.Timestamp(start).date() for start in frame["month"]]
    places = [
        apart[timing]
        if day is None
        else (months[day], f"{day:%b}<br>{day:%Y}" if day.month == 1 or months[day] == 0 else f"{day:%b}")
        for timing, day in zip(frame["timing"], days, strict=True)
    ]
    return frame.assign(
        bucket_order=[place for place, _ in places],
        bucket=[name for _, name in places],
        when=[name if day is None else f"{day:%b %Y}" for (_, name), day in zip(places, days, strict=True)],
        is_apart=frame["timing"].isin(["overdue", "none"]),
        text=[_told(*pair, ask) for pair in zip(frame["value"], frame["deals"], strict=True)],
        expected_text=[_told(*pair, ask) for pair in zip(frame["expected_value"], frame["deals"], strict=True)],
    )


def _told(value: float, deals: int, ask: Ask) -> str:
    return f"{words.money(value, ask.currency)}, {words.many(int(deals), 'deal')}"
