"""The way of the work from the telephone to the order: counts, the ratio between any two steps, and the rows behind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from kpi_engine.metrics.behind import rows_behind
from kpi_engine.metrics.rates import STEPS, When, between, is_share, with_intervals
from kpi_engine.metrics.registry import METRICS
from kpi_engine.metrics.slice import Slice
from kpi_engine.model.settings import read_settings
from kpi_engine.names import Status
from kpi_engine.periods import month, week
from kpi_engine.storage import Session
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.quality import PARTS, in_order, type_label, when_of

RATES = ("connect_rate", "held_rate", "qualified_rate", "prospect_to_lead", "lead_to_proposal", "proposal_to_won")
"""The ratios that are told without anybody choosing."""

CUTS = {"owner": "Rep", "team": "Team", "source": "Source", "segment": "Segment", "week": "Week", "month": "Month"}
"""What a ratio can be cut by."""

STEP_LABELS = {name: METRICS[name].label for name in STEPS}

MOST_ROWS = 5_000
"""So many rows behind a count are listed; how many there are is said."""


@dataclass(frozen=True)
class Funnel:
    """``steps``: step, label, value, text, n, status. ``rates``: label, value, lower, upper, n, status, text."""

    is_empty: bool
    sentence: str
    steps: pd.DataFrame
    rates: pd.DataFrame
    notes: tuple[str, ...]


@dataclass(frozen=True)
class RatioBy:
    """``frame``: group, key, part, base, value, lower, upper, n, status, text; ``is_time``: the groups are weeks or
    months. ``is_share``: value is a share, else so many for each."""

    sentence: str
    frame: pd.DataFrame
    is_time: bool
    is_share: bool
    label: str
    part_label: str
    base_label: str


@dataclass(frozen=True)
class Behind:
    """``rows``: day, what, owner, account, contact, deal_id, outcome, ending, counted: at most MOST_ROWS of them."""

    sentence: str
    rows: pd.DataFrame


def funnel_view(session: Session, ask: Ask, who: Who) -> Funnel:
    """Counts by step and the ratios that matter, in the period."""
    found = with_intervals(session, [*STEPS, *RATES], ask.seen_by(who), (), when_of(ask)).set_index("kpi")
    steps = found.loc[list(STEPS)].reset_index(names="step")
    known = steps["status"] != Status.NO_DATA
    steps = steps.assign(
        label=[STEP_LABELS[step] for step in steps["step"]],
        text=[words.count(value) if ok else "not known" for value, ok in zip(steps["value"], known, strict=True)],
    )
    rates = found.loc[list(RATES)].reset_index(names="kpi")
    rates = rates.assign(
        label=[METRICS[name].label for name in rates["kpi"]],
        text=[_said(row) for row in rates.to_dict("records")],
        meaning=[METRICS[name].performance for name in rates["kpi"]],
    )
    is_empty = not bool((steps["value"].fillna(0) > 0).any())
    return Funnel(is_empty, _sentence(steps, rates), steps, rates, _NOTES)


_NOTES = (
    "Each step is counted in the period by its own date. The steps do not follow the same deals through: what is won "
    "now was often met months ago.",
    "Bands and intervals are of 80 %. Proposals are the activities of that type; new deals and won deals come from the "
    "deals.",
)


def _said(row: dict[str, object]) -> str:
    n = int(str(row["n"]))
    if row["status"] == Status.NO_DATA:
        return "not known"
    if row["status"] == Status.TOO_FEW:
        return f"too few to say (n = {n:,})"
    lower, upper = float(str(row["lower"])), float(str(row["upper"]))
    return f"{words.share(float(str(row['value'])))} ({words.share_span(lower, upper)}, n = {n:,})"


def _sentence(steps: pd.DataFrame, rates: pd.DataFrame) -> str:
    value = steps.set_index("step")["value"]
    rate = rates.set_index("kpi")
    told = []
    if value["dials"] > 0 and words.is_number(rate.loc["connect_rate", "value"]):
        told.append(
            f"{words.many(int(value['dials']), 'dial')} reached somebody in "
            f"{words.share(rate.loc['connect_rate', 'value'])}"
        )
    if value["meetings_held"] > 0:
        told.append(
            f"{words.count(value['meetings_held'])} of {words.many(int(value['meetings_booked']), 'meeting')} booked "
            "were held"
        )
    if value["won_deals"] > 0:
        told.append(f"{words.many(int(value['won_deals']), 'deal')} won")
    return f"{'; '.join(told)}." if told else ""


def ratio_view(session: Session, ask: Ask, who: Who) -> RatioBy:
    """The ratio of two steps, cut. ``ask.choice`` is ``rule|numerator|denominator|cut``."""
    _, part, base, cut = ask.choice.split("|")
    frame = between(session, part, base, ask.seen_by(who), [cut], when_of(ask))
    frame = frame[(frame["part"].fillna(0) > 0) | (frame["base"].fillna(0) > 0)]
    is_time = cut in ("week", "month")
    keys = [str(key) if is_time else _name(key) for key in frame[cut]]
    groups = [_period(key, cut) if is_time else (_name(key) or _nobody(cut)) for key in frame[cut]]
    share = is_share(part, base)
    frame = frame.assign(key=keys, group=groups, day=list(frame[cut]) if is_time else None)
    frame["text"] = [_ratio_text(row, share) for row in frame.to_dict("records")]
    order = "day" if is_time else "group"
    frame = frame.sort_values(order, key=None if is_time else in_order, ignore_index=True)
    label = f"{STEP_LABELS[part]} per {_one(base)}" if not share else f"{STEP_LABELS[part]} of {_lower(base)}"
    whole = between(session, part, base, ask.seen_by(who), (), when_of(ask)).iloc[0]
    told = _ratio_text(dict(whole), share)
    none = "cannot be said from these exports"
    sentence = f"{label}: {told if words.is_number(whole['value']) else none}."
    names = ["group", "key", "day", "part", "base", "value", "lower", "upper", "n", "status", "text"]
    return RatioBy(sentence, frame[names], is_time, share, label, STEP_LABELS[part], STEP_LABELS[base])


def _lower(name: str) -> str:
    label = STEP_LABELS[name]
    return label[:1].lower() + label[1:]


def _one(name: str) -> str:
    ones = {
        "dials": "dial", "connects": "connect", "meetings_booked": "meeting booked", "meetings_held": "meeting held",
        "qualified_meetings": "qualified meeting", "new_deals": "new deal", "proposals": "proposal",
        "won_deals": "won deal",
    }  # fmt: skip
    return ones[name]


def _name(key: object) -> str:
    return key if isinstance(key, str) else ""


def _nobody(cut: str) -> str:
    return words.NOBODY if cut == "owner" else f"No {cut}"


def _period(day: date, cut: str) -> str:
    return f"{day:%b %Y}" if cut == "month" else f"week from {words.day(day)}"


def _ratio_text(row: dict[str, object], share: bool) -> str:
    part, base = row["part"], row["base"]
    value, n = float(str(row["value"])), int(str(row["n"]))
    if row["status"] == Status.NO_DATA:
        return "not known"
    counts = f"{words.count(float(str(part)))} of {words.count(float(str(base)))}"
    if not share:
        counts = f"{words.count(float(str(part)))} to {words.count(float(str(base)))}"
    if row["status"] == Status.TOO_FEW:
        return f"too few to say ({counts})"
    lower, upper = float(str(row["lower"])), float(str(row["upper"]))
    if share:
        return f"{words.share(value)} ({words.share_span(lower, upper)}; {counts})"
    return f"{value:.2f} ({lower:.2f}–{upper:.2f}; {counts})" if n else "not known"


def behind_view(session: Session, ask: Ask, who: Who) -> Behind:
    """The rows behind one step, of one group or of all. ``ask.choice``: ``rule|step|cut|key``; an empty cut is all."""
    _, step, cut, key = ask.choice.split("|", 3)
    mine, when = ask.seen_by(who), when_of(ask)
    if cut in ("week", "month"):
        when = _within(when, cut, date.fromisoformat(key), read_settings(session).week_start)
    elif cut:
        mine = narrowed_to(mine, cut, key)
    rows = rows_behind(session, step, mine, when)
    total = int(rows["counted"].sum()) if not rows.empty else 0
    listed = f" The newest {MOST_ROWS:,} are listed." if len(rows) > MOST_ROWS else ""
    shown = rows.head(MOST_ROWS)
    is_deal = step in ("new_deals", "won_deals")
    shown = shown.assign(
        ending=shown["ending"].map(PARTS), what=[what if is_deal else type_label(what) for what in shown["what"]]
    )
    noun = _one(step) if total == 1 else _lower(step)
    return Behind(f"{total:,} {noun}, row by row.{listed}", shown)


def narrowed_to(ask: Slice, column: str, value: str) -> Slice:
    """A slice of one value of a column more; '' for those that have none. What it leaves out stays out."""
    plural = f"{column}s"
    kept: tuple[str, ...] = getattr(ask, plural)
    if kept and value not in kept:
        return replace(ask, is_nothing=True)
    one: dict[str, Any] = {plural: (value,)}
    return replace(ask, **one)


def _within(when: When, cut: str, day: date, week_start: int) -> When:
    period = week(day, week_start) if cut == "week" else month(day)
    first = max(period.start, when.date_from) if when.date_from else period.start
    return replace(when, date_from=first, date_to=min(period.end, when.date_to) if when.date_to else period.end)
