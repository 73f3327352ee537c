"""The tables of the Follow-ups."""

from __future__ import annotations

from ui.columns.kinds import C, Columns, day, money, share


def followups(symbol: str) -> Columns:
    """The deals that need somebody."""
    return {
        "deal_name": C.TextColumn("Deal", width=200),
        "owner": C.TextColumn("Rep", width=130),
        "at_stake": money("At stake", symbol),
        "why": C.TextColumn("Why", width=400),
        "stage": C.TextColumn("Stage", width=110),
        "amount": money("Amount", symbol),
        "next_step": C.TextColumn("Next step", width=260),
        "own_chance": share("Chance as it stands"),
    }


def next_milestone(symbol: str) -> Columns:
    """The deals that would move the KPIs most."""
    return {
        "deal_name": C.TextColumn("Deal", width=200),
        "owner": C.TextColumn("Rep", width=130),
        "gain": money("EV it would gain", symbol),
        "stage": C.TextColumn("From"),
        "next_stage": C.TextColumn("To"),
        "amount": money("Amount", symbol),
        "next_step": C.TextColumn("Next step", width=260),
    }


def stays() -> Columns:
    """The stages one deal was in."""
    return {
        "lane": C.TextColumn("Stage"),
        "first_day": day("From"),
        "last_day": day("To"),
    }


def events() -> Columns:
    """What happened with one deal."""
    return {
        "day": day("Day"),
        "what": C.TextColumn("What", width="small"),
        "detail": C.TextColumn("Detail", width="large"),
        "by": C.TextColumn("By"),
    }
