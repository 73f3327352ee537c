"""The tables of the Overview."""

from __future__ import annotations

from ui.columns.kinds import C, Columns, day, money, share


def trend(symbol: str) -> Columns:
    """TV, EV and EV/TV by week."""
    return {
        "period_end": day("At the end of"),
        "total_value": money("Total value", symbol),
        "expected_value": money("Expected value", symbol),
        "ev_tv_ratio": share("EV / TV", help="Expected value as a share of total value."),
        "open_deals": C.NumberColumn("Open deals"),
        "evidence": C.TextColumn("Known from"),
    }


def open_deals() -> Columns:
    """Open deals by week."""
    return {
        "period_end": day("At the end of"),
        "open_deals": C.NumberColumn("Open deals"),
        "evidence": C.TextColumn("Known from"),
    }


def steps(symbol: str) -> Columns:
    """The bars of the movement."""
    return {
        "label": C.TextColumn("Cause"),
        "change": money("Expected value", symbol),
        "deals": C.NumberColumn("Deals"),
    }


def moved(symbol: str) -> Columns:
    """The deals behind one bar."""
    return {
        "deal_name": C.TextColumn("Deal", width="large"),
        "owner": C.TextColumn("Rep"),
        "change": money("Change of expected value", symbol),
        "path": C.TextColumn("Stage"),
        "from_amount": money("Amount before", symbol),
        "to_amount": money("Amount after", symbol),
        "change_date": day("On"),
    }


def movers(symbol: str) -> Columns:
    """The deals that moved EV most."""
    return {
        "deal_name": C.TextColumn("Deal", width="large"),
        "owner": C.TextColumn("Rep"),
        "change": money("Change of expected value", symbol),
        "what": C.TextColumn("Why"),
        "stage": C.TextColumn("Stage now"),
        "amount": money("Amount", symbol),
    }


def expected(symbol: str) -> Columns:
    """Open value by month and stage."""
    return {
        "when": C.TextColumn("Expected in"),
        "stage": C.TextColumn("Stage"),
        "value": money("Open value", symbol),
        "deals": C.NumberColumn("Deals"),
    }


def expected_deals(symbol: str) -> Columns:
    """The deals behind one bar of the expected months."""
    return {
        "deal_name": C.TextColumn("Deal", width="large"),
        "owner": C.TextColumn("Rep"),
        "account": C.TextColumn("Account"),
        "stage": C.TextColumn("Stage"),
        "amount": money("Amount", symbol),
        "expected_close_date": day("Expected on"),
    }
