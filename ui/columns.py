"""The tables behind the charts: which columns, in which order, under which headings."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

Columns = dict[str, Any]
_C = st.column_config


def money(label: str, symbol: str) -> Any:
    """Amounts: whole units, thousands apart, right-aligned by being numbers."""
    return _C.NumberColumn(f"{label} ({symbol.strip()})" if symbol else label, format="%,.0f")


def share(label: str) -> Any:
    """Shares of one, shown as per cent."""
    return _C.NumberColumn(label, format="percent")


def day(label: str) -> Any:
    """Dates without room for doubt."""
    return _C.DateColumn(label, format="D MMM YYYY")


def trend(symbol: str) -> Columns:
    """TV, EV and EV/TV by week."""
    return {
        "period_end": day("At the end of"),
        "total_value": money("Total value", symbol),
        "expected_value": money("Expected value", symbol),
        "ev_tv_ratio": share("EV / TV"),
        "open_deals": _C.NumberColumn("Open deals"),
        "evidence": _C.TextColumn("Known from"),
    }


def open_deals() -> Columns:
    """Open deals by week."""
    return {
        "period_end": day("At the end of"),
        "open_deals": _C.NumberColumn("Open deals"),
        "evidence": _C.TextColumn("Known from"),
    }


def steps(symbol: str) -> Columns:
    """The bars of the movement."""
    return {
        "label": _C.TextColumn("Cause"),
        "change": money("Expected value", symbol),
        "deals": _C.NumberColumn("Deals"),
    }


def moved(symbol: str) -> Columns:
    """The deals behind one bar."""
    return {
        "deal_name": _C.TextColumn("Deal", width="large"),
        "owner": _C.TextColumn("Rep"),
        "change": money("Change of EV", symbol),
        "path": _C.TextColumn("Stage"),
        "from_amount": money("Amount before", symbol),
        "to_amount": money("Amount after", symbol),
        "change_date": day("On"),
    }


def movers(symbol: str) -> Columns:
    """The deals that moved EV most."""
    return {
        "deal_name": _C.TextColumn("Deal", width="large"),
        "owner": _C.TextColumn("Rep"),
        "change": money("Change of EV", symbol),
        "what": _C.TextColumn("Why"),
        "stage": _C.TextColumn("Stage now"),
        "amount": money("Amount", symbol),
    }


def expected(symbol: str) -> Columns:
    """Open value by month and stage."""
    return {
        "when": _C.TextColumn("Expected in"),
        "stage": _C.TextColumn("Stage"),
        "value": money("Open value", symbol),
        "deals": _C.NumberColumn("Deals"),
    }


def months(label: str) -> Columns:
    """One KPI by year and month."""
    return {
        "year": _C.NumberColumn("Year", format="%d"),
        "month": _C.TextColumn("Month"),
        "value": _C.NumberColumn(label, format="%,.0f"),
        "n": _C.NumberColumn("Deals"),
    }


def reps() -> Columns:
    """Meetings per rep."""
    return {
        "owner": _C.TextColumn("Rep"),
        "held": _C.NumberColumn("Meetings held"),
        "qualified": _C.NumberColumn("Qualified"),
        "rate": share("Qualified rate"),
    }


def weekly() -> Columns:
    """Activities per week."""
    return {"week_end": day("Week to"), "type": _C.TextColumn("Activity"), "activities": _C.NumberColumn("How many")}


def verdicts() -> Columns:
    """Every activity, and whether results follow it."""
    return {
        "activity": _C.TextColumn("Activity"),
        "verdict": _C.TextColumn("Over all weeks"),
        "weeks_later": _C.NumberColumn("Weeks later"),
        "by_chance": _C.NumberColumn(
            "Chance alone", format="percent", help="How often unrelated numbers would look at least as much alike."
        ),
        "weeks": _C.NumberColumn("Weeks"),
    }


def series(activity: str, result: str) -> Columns:
    """Two weekly counts."""
    return {"week_end": day("Week to"), "activity": _C.NumberColumn(activity), "result": _C.NumberColumn(result)}


def chances(symbol: str) -> Columns:
    """Win chances by stage: in force, estimated, and what accepting the estimate does."""
    return {
        "stage": _C.TextColumn("Stage"),
        "in_force": share("In force"),
        "how": _C.TextColumn("Because"),
        "estimate": share("Our history says"),
        "interval": _C.TextColumn("80 % interval"),
        "n": _C.NumberColumn("Ended deals"),
        "crm_probability": share("CRM says"),
        "value_now": money("EV now", symbol),
        "value_then": money("EV if accepted", symbol),
        "change": money("Change", symbol),
    }


def promised(table: pd.DataFrame) -> Columns:
    """What was told of deals in a stage, and what became of them."""
    told = {"promised": "We said", "crm_probability": "The CRM says", "in_force": "In force"}
    return {
        "stage": _C.TextColumn("Stage"),
        **{name: share(label) for name, label in told.items() if name in table},
        "happened": share("Won"),
        "lower": share("at least"),
        "upper": share("at most"),
        "n": _C.NumberColumn("Deals"),
    }


def versions() -> Columns:
    """The decisions about win chances."""
    return {
        "since": _C.TextColumn("Counts from"),
        "what": _C.TextColumn("What", width="medium"),
        "state": _C.TextColumn("Now"),
        "who": _C.TextColumn("Who"),
        "noted": _C.TextColumn("Noted on"),
        "data_to": _C.TextColumn("Data up to"),
        "why": _C.TextColumn("Why", width="medium"),
    }


def held() -> Columns:
    """What is in the store."""
    return {
        "what": _C.TextColumn("What"),
        "how_many": _C.NumberColumn("How many", format="%,d"),
        "first_day": day("From"),
        "last_day": day("To"),
    }


def counts() -> Columns:
    """The rows of imported files: what was read is the sum of the others."""
    labels = {
        "read": "Read",
        "accepted": "Accepted",
        "rejected": "Rejected",
        "duplicate": "Repeated",
        "blank": "Blank",
        "skipped": "Skipped",
    }
    return {"file": _C.TextColumn("File")} | {
        name: _C.NumberColumn(label, format="%,d") for name, label in labels.items()
    }


def rejected_lines() -> Columns:
    """The lines of a file that cannot be read."""
    return {
        "line": _C.NumberColumn("Line", width="small"),
        "column": _C.TextColumn("Column"),
        "value": _C.TextColumn("What stands there"),
        "why": _C.TextColumn("Why", width="large"),
        "what_to_do": _C.TextColumn("What to do", width="large"),
    }
