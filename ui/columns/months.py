"""The tables of the Months page."""

from __future__ import annotations

from ui.columns.kinds import C, Columns, count, day, money


def months(label: str, cases: str) -> Columns:
    """One KPI by year and month."""
    return {
        "year_text": C.TextColumn("Year"),
        "month": C.TextColumn("Month"),
        "value": count(label),
        "last_year": count("A year before"),
        "n": count(cases),
    }


def season() -> Columns:
    """The seasonal index."""
    return {
        "month": C.TextColumn("Month"),
        "index": C.NumberColumn("Times the average month", format="%.2f"),
        "lower": C.NumberColumn("80 % sure: from", format="%.2f"),
        "upper": C.NumberColumn("to", format="%.2f"),
        "years": count("Years seen"),
    }


def booking(symbol: str) -> Columns:
    """How one month fills."""
    return {
        "when": C.TextColumn("When"),
        "date": day("At the end of"),
        "booked": money("Booked", symbol),
        "open_value": money("Open for it", symbol),
        "expected_value": money("Expected of these", symbol),
        "last_year": money("Booked a year before", symbol),
        "forecast": money("Forecast", symbol),
        "lower": money("80 % sure: from", symbol),
        "upper": money("to", symbol),
        "n": count("Past forecasts"),
    }


def prospects(symbol: str) -> Columns:
    """Open deals by month and stage."""
    return {
        "when": C.TextColumn("Month"),
        "stage": C.TextColumn("Stage"),
        "value": money("Worth", symbol),
        "deals": count("Deals"),
    }


def plan() -> Columns:
    """The steps towards a month."""
    return {
        "label": C.TextColumn("Step"),
        "start": day("From"),
        "latest": day("At the latest"),
        "what": C.TextColumn("What", width="large"),
        "days": C.NumberColumn("Days before", help="Half of the orders took longer, half less."),
        "n": count("Orders it rests on"),
    }
