"""The tables behind the charts: which columns, in which order, under which headings."""

from __future__ import annotations

from typing import Any

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


def months(label: str, cases: str) -> Columns:
    """One KPI by year and month."""
    return {
        "year_text": _C.TextColumn("Year"),
        "month": _C.TextColumn("Month"),
        "value": _C.NumberColumn(label, format="%,.0f"),
        "last_year": _C.NumberColumn("A year before", format="%,.0f"),
        "n": _C.NumberColumn(cases),
    }


def season() -> Columns:
    """The seasonal index."""
    return {
        "month": _C.TextColumn("Month"),
        "index": _C.NumberColumn("Times the average month", format="%.2f"),
        "lower": _C.NumberColumn("80 % sure: from", format="%.2f"),
        "upper": _C.NumberColumn("to", format="%.2f"),
        "years": _C.NumberColumn("Years seen"),
    }


def booking(symbol: str) -> Columns:
    """How one month fills."""
    return {
        "when": _C.TextColumn("When"),
        "date": day("At the end of"),
        "booked": money("Booked", symbol),
        "open_value": money("Open for it", symbol),
        "expected_value": money("Expected of these", symbol),
        "last_year": money("Booked a year before", symbol),
        "forecast": money("Forecast", symbol),
        "lower": money("80 % sure: from", symbol),
        "upper": money("to", symbol),
        "n": _C.NumberColumn("Past forecasts"),
    }


def prospects(symbol: str) -> Columns:
    """Open deals by month and stage."""
    return {
        "when": _C.TextColumn("Month"),
        "stage": _C.TextColumn("Stage"),
        "value": money("Worth", symbol),
        "deals": _C.NumberColumn("Deals"),
    }


def plan() -> Columns:
    """The steps towards a month."""
    return {
        "label": _C.TextColumn("Step"),
        "start": day("From"),
        "latest": day("At the latest"),
        "what": _C.TextColumn("What", width="large"),
        "days": _C.NumberColumn("Days before (median)"),
        "n": _C.NumberColumn("Orders it rests on"),
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
