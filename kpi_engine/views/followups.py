"""What must not slip?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import pandas as pd

from kpi_engine.forecasting.reasons import Why
from kpi_engine.forecasting.worklist import Worklist, worklist
from kpi_engine.storage import Session, load_sql
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.export import csv_of
from kpi_engine.views.followup_words import not_looked_at, short, step_text

MOST_MOVERS = 15
"""So many of the deals that would move the KPIs most are listed."""

_LONG_AGO = timedelta(weeks=5)
"""An export that ends so long before the newest day is not this month's: its open deals may have ended since."""

State = Literal["ok", "nothing_open", "nothing_slips", "cannot_say"]

DEALS = ("deal_id", "deal_name", "owner", "at_stake", "why", "next_step", "stage", "amount", "own_chance")
MOVERS = ("deal_id", "deal_name", "owner", "gain", "stage", "next_stage", "amount", "next_step")

_FILE = {
    "deal_id": "Deal ID", "deal_name": "Deal", "account": "Account", "owner": "Rep", "stage": "Stage",
    "amount": "Amount", "expected_value_at_stake": "Expected value at stake", "is_estimated": "Value is estimated",
    "why": "Why", "next_step": "Next step", "next_step_date": "Next step date",
    "expected_close_date": "Expected close", "last_contact": "Last contact",
}  # fmt: skip


@dataclass(frozen=True)
class FollowUps:
    """``deals``: DEALS, the most at stake first; ``movers``: MOVERS, what would gain most first. ``choices``: deal_id →
    the label to choose a deal by. ``movers_note``: what that list is. ``missing``: what
    could not be looked at, and why. ``file``: the list as CSV.

    ``state``: why there is no list, where there is none: no open deal, none that needs anybody, or exports that cannot
    say."""

    state: State
    sentence: str
    deals: pd.DataFrame
    movers: pd.DataFrame
    movers_note: str
    choices: dict[str, str]
    missing: tuple[str, ...]
    notes: tuple[str, ...]
    file: bytes


def followups_view(session: Session, ask: Ask, who: Who) -> FollowUps:
    """The open deals that need somebody at the end of the as-of day, and those that would move the KPIs most."""
    found = worklist(session, ask.seen_by(who), ask.as_of)
    slipping, movers = found.slipping, found.movers.head(MOST_MOVERS)
    places = set(zip(found.deals["pipeline"], found.deals["stage"], strict=True))
    names = {
        str(row.deal_id): f"{row.deal_name or row.deal_id} · {row.owner or words.NOBODY}"
        for row in pd.concat([slipping, movers]).itertuples()
    }
    return FollowUps(
        state=_state(found),
        sentence=_sentence(found, ask) + _from_long_ago(session, found, ask, who),
        deals=_listed(slipping, ask)[list(DEALS)],
        movers=_listed(movers, ask)[list(MOVERS)],
        movers_note=_movers_note(found),
        choices=names,
        missing=not_looked_at(found.looked, found.stays, places) if len(found.deals) else (),
        notes=_notes(slipping, ask),
        file=_file(slipping),
    )


def _state(found: Worklist) -> State:
    if found.deals.empty:
        return "nothing_open"
    if len(found.slipping):
        return "ok"
    return "nothing_slips" if any(one.n for one in found.looked) else "cannot_say"


def _listed(deals: pd.DataFrame, ask: Ask) -> pd.DataFrame:
    """Deals as a list shows them: names for ids, reasons in words."""
    return deals.assign(
        deal_name=[name or deal for name, deal in zip(deals["deal_name"], deals["deal_id"], strict=True)],
        at_stake=deals["expected_value_at_stake"],
        why=[_why(row, ask) for row in deals.itertuples()],
        next_step=[step_text(step, day) for step, day in zip(deals["next_step"], deals["next_step_date"], strict=True)],
    )


def _why(row: object, ask: Ask) -> str:
    parts = [short(reason) for reason in row.reasons]  # type: ignore[attr-defined]
    if row.is_estimated and words.is_number(row.value):  # type: ignore[attr-defined]
        parts.append(f"no amount, valued at {words.money(row.value, ask.currency)}")  # type: ignore[attr-defined]
    return " · ".join(parts)


def _sentence(found: Worklist, ask: Ask) -> str:
    """What the list says."""
    slipping, n = found.slipping, len(found.deals)
    if slipping.empty:
        return ""
    codes = [{reason.code for reason in reasons} for reasons in slipping["reasons"]]
    overdue, without = (sum(code in found for found in codes) for code in (Why.OVERDUE, Why.NO_STEP))
    counted = [
        text
        for text, number in (
            (f"{words.many(overdue, 'has', 'have')} a next step whose day has passed", overdue),
            (f"{words.many(without, 'has', 'have')} none agreed", without),
        )
        if number
    ]
    needs = f"{len(slipping):,} of {words.many(n, 'open deal')} {'needs' if len(slipping) == 1 else 'need'} somebody"
    worth = float(slipping["expected_value_at_stake"].sum())
    stake = f": {words.money(worth, ask.currency)} of expected value is at stake" if worth > 0 else ""
    more = f" Of these, {words.listed(counted)}." if counted else ""
    return f"{needs}{stake}.{more}"


def _from_long_ago(session: Session, found: Worklist, ask: Ask, who: Who) -> str:
    """That some open deals come from files much older than the day one looks from, and how to leave them out; '' where
    none do. A file's name may hold that of a person: a shared screen goes without it."""
    if found.slipping.empty:
        return ""
    told = session.rows(load_sql("kpi_engine.views", "last_told"), {"as_of": ask.as_of})
    old = {deal: (day, file) for deal, day, file in told if ask.as_of - day > _LONG_AGO}
    is_old = found.deals["deal_id"].isin(list(old))
    mine = found.deals.loc[is_old, "deal_id"]
    if mine.empty:
        return ""
    files = sorted({old[deal] for deal in mine}, reverse=True)
    listed = int(mine.isin(found.slipping["deal_id"]).sum())
    day, name = files[0]
    where = "an older export" if who.is_sharing else f"“{name}”"
    others = f" or {words.many(len(files) - 1, 'other old file')}" if len(files) > 1 else ""
    since = f"which ends on {words.day(day)}" if len(files) == 1 else f"the newest of which ends on {words.day(day)}"
    pipelines = [set(found.deals.loc[part, "pipeline"]) for part in (is_old, ~is_old)]
    way = " Another choice of Pipeline takes them out." if pipelines[1] and not pipelines[0] & pipelines[1] else ""
    of_them = f"{listed or 'none'} of them in this list"
    stand = f"{'stands' if len(mine) == 1 else 'stand'} in {where}{others} alone, {since}"
    return f" {len(mine):,} of the open deals, {of_them}, {stand}: what became of them since is not known.{way}"


def _movers_note(found: Worklist) -> str:
    if found.movers.empty:
        return "No open deal would gain expected value by coming to its next milestone."
    told = "Open deals by the expected value each would gain by coming to its next milestone, most first."
    n = len(found.movers)
    if n > MOST_MOVERS:
        told += f" The first {MOST_MOVERS} of {n:,}."
    if found.movers.head(MOST_MOVERS)["is_estimated"].any():
        told += " Those without an amount are valued at what such deals usually bring."
    return told


def _notes(slipping: pd.DataFrame, ask: Ask) -> tuple[str, ...]:
    found = []
    guessed = slipping[slipping["is_estimated"]]
    if len(guessed):
        worth = words.money(float(guessed["expected_value_at_stake"].sum()), ask.currency)
        are = words.many(len(guessed), "deal without an amount is", "deals without an amount are")
        found.append(f"{are} valued at what such deals usually bring: {worth} of what is at stake.")
    if len(slipping):
        found.append(
            "At stake is the amount times the win chance of the stage, as in expected value. “Chance as it stands” is "
            "this deal's own: low where it has waited for long, and so no measure of what a call today is worth."
        )
    return tuple(found)


def _file(slipping: pd.DataFrame) -> bytes:
    said = slipping.assign(why=[" · ".join(short(reason) for reason in reasons) for reasons in slipping["reasons"]])
    plain = said[list(_FILE)].astype(object).where(said[list(_FILE)].notna(), None)
    return csv_of(_FILE.values(), plain.itertuples(index=False))
