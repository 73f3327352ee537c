"""What happened with one deal: its stages, amounts, dates and activities, in order of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from kpi_engine.forecasting.followup_kpis import work_of
from kpi_engine.ingest.history import store_as_of
from kpi_engine.names import ACTIVITY_TYPES, StageKind
from kpi_engine.storage import Session, load_sql
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.followup_words import long
from kpi_engine.views.quality import type_label

_ONE = {"social": "Social touch", "other": "Activity"}

AHEAD = "Agreed and expected"
"""The lane of what has a date of its own."""

SOMEBODY = "another rep"


@dataclass(frozen=True)
class DealHistory:
    """``told``: the deal in a line; ``reasons``: why it needs somebody, a sentence each. For the chart: ``stays``
    (lane, first_day, last_day, text, is_open, is_inferred) and ``marks`` (lane, day, text, is_ahead, label), the lanes
    from the top in the order of ``lanes``. ``events``: day, what, detail, by; the newest first. ``is_empty``: there is
    no such deal among those the viewer may see."""

    is_empty: bool
    name: str
    told: str
    reasons: tuple[str, ...]
    as_of: date
    as_of_text: str
    lanes: tuple[str, ...]
    stays: pd.DataFrame
    marks: pd.DataFrame
    events: pd.DataFrame


def deal_history_view(session: Session, ask: Ask, who: Who) -> DealHistory:
    """The history of the deal ``ask.choice`` names, up to the as-of day and with what is planned after it."""
    newest = store_as_of(session) or ask.as_of
    mine = ask.seen_by(who)
    values = {"deal_id": ask.choice, "as_of": ask.as_of, "is_newest": ask.as_of >= newest}
    now = session.frame(_sql("deal_now").format(condition=mine.condition()), values | mine.values())
    if now.empty:
        return DealHistory(True, "", "", (), ask.as_of, "", (), _stays(session, None), _marks([]), _events([]))
    deal: dict[str, Any] = {k: None if pd.isna(v) else v for k, v in now.iloc[0].to_dict().items()}
    found = work_of(session, mine, ask.as_of).deals
    listed = found[found["deal_id"] == ask.choice]
    stays = _stays(session, values)
    rows = session.frame(_sql("deal_events"), values).astype(object)
    rows = rows.where(rows.notna(), None)
    events = [_event(row, ask, who) for row in rows.to_dict("records")]
    marks = _marks([*_done(rows), *_dates(deal, listed)])
    stages = list(dict.fromkeys(stays["lane"]))
    types = [lane for lane in (*map(type_label, ACTIVITY_TYPES), AHEAD) if lane in set(marks["lane"])]
    return DealHistory(
        is_empty=False,
        name=str(deal["deal_name"]),
        told=_told(deal, ask),
        reasons=tuple(long(reason, ask.currency) for reasons in listed["reasons"] for reason in reasons),
        as_of=ask.as_of,
        as_of_text=f"as of {words.day(ask.as_of)}",
        lanes=(*stages, *types),
        stays=stays,
        marks=marks,
        events=_events(events[::-1]),
    )


def _sql(name: str) -> str:
    return load_sql("kpi_engine.views", name)


def _told(deal: dict[str, Any], ask: Ask) -> str:
    amount = _whole(deal["amount"], ask) if deal["amount"] is not None else "no amount"
    parts = [deal["account"], deal["stage"], amount, deal["owner"] or "no owner"]
    return " · ".join(str(part) for part in parts if part)


def _whole(amount: float, ask: Ask) -> str:
    """An amount as it is written in the deal, in whole units."""
    return f"{words.symbol(ask.currency)}{words.count(amount)}"


def _stays(session: Session, values: dict[str, object] | None) -> pd.DataFrame:
    """The chart's bars. Where a deal ended is a point of its own."""
    names = ["lane", "first_day", "last_day", "text", "is_open", "is_inferred"]
    if values is None:
        return pd.DataFrame(columns=names)
    frame = session.frame(_sql("deal_stays"), values)
    first, last = (pd.to_datetime(frame[name]).dt.date for name in ("first_day", "last_day"))
    days = [words.many((b - a).days, "day") for a, b in zip(first, last, strict=True)]
    return frame.assign(
        lane=frame["stage"],
        first_day=first.astype(object),
        last_day=last.astype(object),
        text=[
            f"{stage}: {words.day(a)}" + (f" to {words.day(b)}, {told}" if kind == StageKind.OPEN else "")
            for stage, kind, a, b, told in zip(frame["stage"], frame["kind"], first, last, days, strict=True)
        ],
        is_open=frame["kind"] == StageKind.OPEN,
    )[names]


def _done(rows: pd.DataFrame) -> list[dict[str, object]]:
    """Activities as marks of the chart."""
    return [
        {
            "lane": type_label(row["activity_type"] if row["activity_type"] in ACTIVITY_TYPES else "other"),
            "day": _date(row["day"]),
            "text": f"{_one(row)}, {words.day(_date(row['day']))}",
            "is_ahead": not row["is_done"],
            "label": "",
        }
        for row in rows.to_dict("records")
        if row["what"] == "activity"
    ]


def _dates(deal: dict[str, Any], listed: pd.DataFrame) -> list[dict[str, object]]:
    """The dates that stand: when it is expected, what is agreed, when it takes place."""
    known = [("Expected close", deal["expected_close_date"]), ("Delivery", deal["delivery_date"])]
    known += [("Next step", day) for day in listed["next_step_date"]]
    return [
        {
            "lane": AHEAD, "day": _date(day), "text": f"{label}: {words.day(_date(day))}", "is_ahead": True,
            "label": label,
        }
        for label, day in known
        if day is not None
    ]  # fmt: skip


def _event(row: dict[str, Any], ask: Ask, who: Who) -> tuple[date, str, str, str]:
    """One line of the table: day, what, detail, by whom."""
    day, what = _date(row["day"]), row["what"]
    if what == "created":
        return day, "Created", "", ""
    if what == "stage":
        moved = f"{row['from_stage']} → {row['stage']}" if row["from_stage"] else row["stage"]
        return day, "Stage", moved, ""
    if what == "amount":
        sums = [row["prev_amount"], row["amount"]]
        return day, "Amount", " → ".join("none" if s is None else _whole(s, ask) for s in sums), ""
    if what == "expected":
        days = [row["prev_expected_close_date"], row["expected_close_date"]]
        return day, "Expected close", " → ".join(words.day(_date(d)) if d is not None else "none" for d in days), ""
    if what == "owner":
        return day, "Rep", f"{_name(row['prev_owner'], who)} → {_name(row['owner'], who)}", ""
    parts = [_one(row), row["outcome"], row["contact"], row["contact_level"]]
    detail = " · ".join(part for part in parts if part)
    how = "Activity" if row["is_done"] else _undone(day, ask, row["activity_type"])
    return day, how, detail, _name(row["owner"], who)


def _undone(day: date, ask: Ask, activity_type: str) -> str:
    """A meeting is held, anything else is done."""
    if day >= ask.as_of:
        return "Planned"
    return "Not held" if activity_type in ("meeting", "visit", "hosted_visit") else "Not done"


def _one(row: dict[str, Any]) -> str:
    kind = str(row["activity_type"])
    return _ONE.get(kind, kind.replace("_", " ").capitalize())


def _name(owner: str | None, who: Who) -> str:
    """A rep's name, where the viewer may see it."""
    if not owner:
        return "no owner"
    return owner if who.owners is None or owner in who.owners else SOMEBODY


def _date(day: Any) -> date:
    return pd.Timestamp(day).date()


def _marks(rows: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["lane", "day", "text", "is_ahead", "label"])


def _events(rows: list[tuple[date, str, str, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["day", "what", "detail", "by"])
