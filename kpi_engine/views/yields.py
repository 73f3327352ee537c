"""Which activity pays, and how many people does the work reach?"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kpi_engine.metrics.query import measure
from kpi_engine.metrics.rates import touches_in_order, with_intervals
from kpi_engine.metrics.yields import yield_by_type
from kpi_engine.names import Status
from kpi_engine.storage import Session
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.quality import type_label, when_of

_PER = {"activity": "an activity", "qualified_meeting": "a qualified meeting", "hour": "an hour noted"}


@dataclass(frozen=True)
class Yields:
    """``headline``: label, gained, won, texts. ``types``: label, activities, hours, gained, gained_each (bounds, and
    both as gained_band), gained_hour, won_value, won_each (bounds, won_band), won_hour, text, status.

    ``people``: month, added, executives, known. ``touches``: touches, value, lower, upper, n, text; empty where no file
    tells of them."""

    is_empty: bool
    sentence: str
    headline: pd.DataFrame
    types: pd.DataFrame
    people: pd.DataFrame
    people_sentence: str
    touches: pd.DataFrame
    touches_sentence: str
    notes: tuple[str, ...]


def yields_view(session: Session, ask: Ask, who: Who) -> Yields:
    """Expected value gained and orders per piece of work and hour; contacts; success by number of contacts."""
    mine, when = ask.seen_by(who), when_of(ask)
    until = min(ask.date_to, ask.as_of)
    names = [f"{what}_per_{per}" for what in ("ev", "won_value") for per in _PER]
    found = measure(session, names, mine, (), ask.date_from, until, ask.as_of, when.rule).set_index("kpi")
    headline = pd.DataFrame(
        {
            "label": list(_PER.values()),
            "gained": [found.loc[f"ev_per_{per}", "value"] for per in _PER],
            "gained_text": [_money(dict(found.loc[f"ev_per_{per}"]), ask.currency) for per in _PER],
            "won": [found.loc[f"won_value_per_{per}", "value"] for per in _PER],
            "won_text": [_money(dict(found.loc[f"won_value_per_{per}"]), ask.currency) for per in _PER],
        }
    )
    types = _types(session, ask, who)
    if not (types["activities"] > 0).any():
        types = types.head(0)
    touches = _touches(session, ask, who)
    people, told = _people(session, ask, who)
    return Yields(
        is_empty=types.empty and touches.empty and people.empty,
        sentence=_sentence(types, ask.currency),
        headline=headline,
        types=types,
        people=people,
        people_sentence=told,
        touches=touches,
        touches_sentence=_touches_sentence(touches),
        notes=(
            "What a deal gained in expected value is shared out in equal parts among the activities done on it in the "
            "period, and an order among all that was done up to it. It shows what goes together and proves no cause: "
            "proposals are sent late, to deals that are nearly won. Bands are of 80 %.",
        ),
    )


def _money(row: dict[str, object], currency: str | None) -> str:
    if row["status"] == Status.NO_DATA:
        return "not known"
    return words.money(float(str(row["value"])), currency) if row["status"] != Status.TOO_FEW else "too few to say"


def _types(session: Session, ask: Ask, who: Who) -> pd.DataFrame:
    until = min(ask.date_to, ask.as_of)
    frame = yield_by_type(session, ask.seen_by(who), ask.date_from, until, ask.as_of)
    if frame.empty:
        return frame.assign(label=[], text=[], gained_band=[], won_band=[])
    nothing = "Nothing was done on these deals"
    frame = frame.assign(label=[nothing if kind is None else type_label(kind) for kind in frame["activity_type"]])
    frame["text"] = [
        f"{words.money(row.gained_each, ask.currency)} "
        f"({words.money(row.gained_lower, ask.currency)} to {words.money(row.gained_upper, ask.currency)})"
        if words.is_number(row.gained_each)
        else f"too few to say (n = {row.activities:,.0f})"
        for row in frame.itertuples()
    ]
    for what in ("gained", "won"):
        frame[f"{what}_band"] = [
            f"{words.money(low)} to {words.money(high)}" if words.is_number(low) else words.NOTHING
            for low, high in zip(frame[f"{what}_lower"], frame[f"{what}_upper"], strict=True)
        ]
    return frame.sort_values("gained_each", ascending=False, na_position="last", kind="stable", ignore_index=True)


def _sentence(types: pd.DataFrame, currency: str | None) -> str:
    said = types[types["gained_each"].notna()] if not types.empty else types
    if said.empty:
        return "Too little is noted to say which activity pays."
    best, least = said.iloc[0], said.iloc[-1]
    first = (
        f"{best['label']} went with the most expected value gained: "
        f"{words.money(best['gained_each'], currency)} for each of {best['activities']:,.0f}"
    )
    if len(said) < 2:
        return f"{first}."
    each = words.money(least["gained_each"], currency)
    return f"{first}; {least['label'].lower()} with the least, {each} for each of {least['activities']:,.0f}."


def _people(session: Session, ask: Ask, who: Who) -> tuple[pd.DataFrame, str]:
    """Contacts added by month and the size of the database at each end; only where the filters are about people."""
    columns = ["month", "added", "executives", "known"]
    mine = ask.seen_by(who)
    if mine.pipelines or mine.segments or mine.products:
        return pd.DataFrame(columns=columns), "People belong to no pipeline, segment or product: clear those filters."
    until = min(ask.date_to, ask.as_of)
    names = ["contacts_added", "executive_contacts_added", "social_hours", "social_touches"]
    known = measure(session, ["prospects", *names], mine, (), ask.date_from, until, ask.as_of).set_index("kpi")
    if known.loc["prospects", "status"] == Status.NO_DATA:
        none = "No file of contacts or leads was imported: add one to see how far you reach."
        return pd.DataFrame(columns=columns), none
    monthly = measure(session, names[:2], mine, ["month"], ask.date_from, until, ask.as_of)
    wide = monthly.pivot_table(index="month", columns="kpi", values="value", dropna=False).reset_index()
    wide = wide.reindex(columns=["month", *names[:2]]).rename(columns=dict(zip(names[:2], columns[1:3], strict=True)))
    size = int(known.loc["prospects", "value"])
    later = wide["added"].fillna(0)[::-1].cumsum()[::-1] - wide["added"].fillna(0)
    frame = wide.assign(known=size - later)
    added, executives = known.loc["contacts_added", "value"], known.loc["executive_contacts_added", "value"]
    busy = frame.loc[frame["added"].fillna(0) > 0, "month"]
    last = f" (the last in {busy.max():%B %Y})" if len(busy) and busy.max() < until.replace(day=1) else ""
    many = words.many(int(added), "person", "people")
    told = f"{many} came into the database in this period{last}, {size:,} are in it"
    if words.is_number(executives):
        told += f"; {int(executives):,} of the new ones decide for their company"
    hours, touches = known.loc["social_hours", "value"], known.loc["social_touches", "value"]
    if words.is_number(hours):
        told += f". Social selling took {hours:,.0f} hours"
    elif words.is_number(touches) and touches > 0:
        told += f". {int(touches):,} social touches carry no minutes, so their hours are not known"
    return frame[columns], f"{told}."


def _touches(session: Session, ask: Ask, who: Who) -> pd.DataFrame:
    """Success by number of contacts, over all activities: those without a date too."""
    found = with_intervals(session, ["success_rate"], ask.seen_by(who), ["touches"])
    found = found[found["touches"].notna() & (found["n"] > 0)]
    found = found.sort_values("touches", key=lambda bands: bands.map(touches_in_order), ignore_index=True)
    is_said = found["status"] == Status.OK
    found = found.assign(value=found["value"].where(is_said))
    found["text"] = [
        f"{words.share(row.value, 1)} ({words.share_span(row.lower, row.upper)}, n = {row.n:,})"
        if words.is_number(row.value)
        else f"too few to say (n = {row.n:,})"
        for row in found.itertuples()
    ]
    return found[["touches", "value", "lower", "upper", "n", "status", "text"]]


def _touches_sentence(touches: pd.DataFrame) -> str:
    said = touches[touches["value"].notna()]
    if len(said) < 2:
        return ""
    first, last = said.iloc[0], said.iloc[-1]
    return (
        f"Of those contacted {_times(first['touches'])}, {words.share(first['value'], 1)} said yes; of those contacted "
        f"{_times(last['touches'])}, {words.share(last['value'], 1)}."
    )


def _times(band: str) -> str:
    return "once" if band == "1" else f"{band.rstrip('+')} times or more" if band.endswith("+") else f"{band} times"
