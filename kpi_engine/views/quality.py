"""Is the work good, or only much?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pandas as pd

from kpi_engine.metrics.kinds import Simple
from kpi_engine.metrics.query import measure
from kpi_engine.metrics.registry import METRICS
from kpi_engine.model.settings import read_settings
from kpi_engine.names import ACTIVITY_TYPES, Status
from kpi_engine.storage import Session, load_sql
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.spans import end_of_whole_weeks

PARTS = {
    "qualified": "Met the rule",
    "hosted_visit": "Visited us",
    "allowed_exception": "Allowed exception",
    "not_qualified": "Not qualified",
    "unknown": "Not known",
}
"""What made a meeting good, best known first."""

NOBODY = "No owner"


@dataclass(frozen=True)
class Quality:
    """``meetings``: owner, part, meetings, label (see ui.charts.quality). ``reps``: the table behind it. ``weekly``:
    type,
    week_end, activities, mean_text."""

    is_empty: bool
    has_meetings: bool
    sentence: str
    meetings: pd.DataFrame
    reps: pd.DataFrame
    weekly: pd.DataFrame
    meaning: str


def quality_view(session: Session, ask: Ask, who: Who) -> Quality:
    """Meetings by what they were worth, and how much of everything was done, in the period."""
    reps = _reps(session, ask, who)
    meetings = _meetings(session, ask, who, reps)
    weekly = _weekly(session, ask, who)
    return Quality(
        is_empty=weekly.empty and meetings.empty,
        has_meetings=not meetings.empty,
        sentence=_sentence(session, ask, who, meetings),
        meetings=meetings,
        reps=reps,
        weekly=weekly,
        meaning=METRICS["qualified_rate"].description,
    )


def _reps(session: Session, ask: Ask, who: Who) -> pd.DataFrame:
    """owner, held, qualified, rate (nan where it cannot be said), status, label; by name, since this is no race."""
    names = ["meetings_held", "qualified_meetings", "qualified_rate"]
    frame = measure(session, names, ask.seen_by(who), ["owner"], ask.date_from, ask.date_to, ask.as_of)
    if frame.empty:
        return pd.DataFrame(columns=["owner", "held", "qualified", "rate", "status", "label"])
    frame = frame.assign(owner=frame["owner"].fillna(NOBODY))
    wide = frame.pivot(index="owner", columns="kpi", values="value").reindex(columns=names)
    status = frame[frame["kpi"] == "qualified_rate"].set_index("owner")["status"]
    reps = pd.DataFrame(
        {
            "owner": wide.index,
            "held": wide["meetings_held"].to_numpy(),
            "qualified": wide["qualified_meetings"].to_numpy(),
            "rate": wide["qualified_rate"].to_numpy(),
            "status": status.reindex(wide.index).to_numpy(),
        }
    )
    reps["rate"] = reps["rate"].where(reps["status"] != Status.TOO_FEW)
    reps = reps[reps["held"] > 0].sort_values("owner", key=lambda names: names.str.casefold(), ignore_index=True)
    return reps.assign(
        label=[
            f"{words.share(rate)} of {held:,.0f}" if words.is_number(rate) else f"{held:,.0f}, {_why(state)}"
            for rate, held, state in zip(reps["rate"], reps["held"], reps["status"], strict=True)
        ]
    )


def _why(status: str) -> str:
    return "too few to say" if status == Status.TOO_FEW else "quality not known"


def _meetings(session: Session, ask: Ask, who: Who, reps: pd.DataFrame) -> pd.DataFrame:
    held = METRICS["meetings_held"]
    if reps.empty or not isinstance(held, Simple):
        return pd.DataFrame(columns=["owner", "part", "meetings", "label"])
    mine = ask.seen_by(who)
    sql = load_sql("kpi_engine.views", "meetings").format(is_held=held.where, condition=mine.condition())
    frame = session.frame(sql, {"date_from": ask.date_from, "date_to": ask.date_to} | mine.values())
    frame = frame.assign(owner=frame["owner"].replace("", NOBODY), part=frame["qualification"].map(PARTS))
    return reps[["owner", "label"]].merge(frame[["owner", "part", "meetings"]], on="owner")


def _weekly(session: Session, ask: Ask, who: Who) -> pd.DataFrame:
    """Activities per whole week for the types that occur, most frequent first."""
    last = end_of_whole_weeks(ask.date_to, read_settings(session).week_start)
    frame = measure(
        session, ["activities"], ask.seen_by(who), ["activity_type", "week"], ask.date_from, last, ask.as_of
    )
    # A period that begins in the middle of a week has a part of one: it is left out.
    frame = frame[(frame["week"] >= ask.date_from) & (frame["week"] < last)] if not frame.empty else frame
    totals = frame.groupby("activity_type")["value"].sum().sort_values(ascending=False)
    parts = []
    for kind in [k for k in totals.index if totals[k] > 0]:
        part = frame[frame["activity_type"] == kind]
        parts.append(
            pd.DataFrame(
                {
                    "type": _label(kind),
                    "week_end": [week + timedelta(days=6) for week in part["week"]],
                    "activities": part["value"].astype(int).to_numpy(),
                    "mean_text": f"{part['value'].mean():,.0f} a week",
                }
            )
        )
    return (
        pd.concat(parts, ignore_index=True)
        if parts
        else pd.DataFrame(columns=["type", "week_end", "activities", "mean_text"])
    )


def _label(kind: str) -> str:
    """An activity type in the plural, as on screen."""
    odd = {"social": "Social touches", "other": "Other", "hosted_visit": "Visits to us"}
    return odd.get(kind) or (f"{kind.capitalize()}s" if kind in ACTIVITY_TYPES else kind)


def _sentence(session: Session, ask: Ask, who: Who, meetings: pd.DataFrame) -> str:
    if meetings.empty:
        return ""
    names = ["meetings_held", "qualified_rate"]
    frame = measure(session, names, ask.seen_by(who), (), ask.date_from, ask.date_to, ask.as_of).set_index("kpi")
    held, rate = int(frame.loc["meetings_held", "value"]), frame.loc["qualified_rate", "value"]
    if frame.loc["qualified_rate", "status"] == Status.TOO_FEW:
        return f"{words.many(held, 'meeting')} held: too few to say how good they were."
    if not words.is_number(rate):
        return f"{words.many(held, 'meeting')} held. Whether they were qualified cannot be said from these exports."
    visited = int(meetings.loc[meetings["part"] == PARTS["hosted_visit"], "meetings"].sum())
    told = f"{words.share(rate)} of {words.many(held, 'meeting')} held were qualified"
    return f"{told}; in {visited:,} of them the prospect came to us." if visited else f"{told}."
