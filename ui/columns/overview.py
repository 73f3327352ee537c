"""The tables of the Overview."""

from __future__ import annotations

from ui.columns.kinds import C, Columns, count, day, money, share

# All columns of a list of deals fit where 900 of a screen 1280 wide are left: a long name is cut, an amount never.
_AMOUNT = 105
_CHANGE = "By how much the deal changed expected value."


def trend(symbol: str) -> Columns:
    """TV, EV and EV/TV by week."""
    return {
        "period_end": day("At the end of"),
        "total_value": money("Total value", symbol),
        "expected_value": money("Expected value", symbol),
        "ev_tv_ratio": share("EV / TV", help="Expected value as a share of total value."),
        "open_deals": count("Open deals"),
        "evidence": C.TextColumn("Known from"),
    }


def open_deals() -> Columns:
    """Open deals by week."""
    return {
        "period_end": day("At the end of"),
        "open_deals": count("Open deals"),
        "evidence": C.TextColumn("Known from"),
    }


def steps(symbol: str) -> Columns:
    """The bars of the movement."""
    return {
        "label": C.TextColumn("Cause"),
        "change": money("Expected value", symbol),
        "deals": count("Deals"),
    }


def moved(symbol: str) -> Columns:
    """The deals behind one bar."""
    return {
        "deal_name": C.TextColumn("Deal", width=215),
        "owner": C.TextColumn("Rep", width=125),
        "change": money("EV change", symbol, 95, _CHANGE),
        "path": C.TextColumn("Stage", width=190),
        "from_amount": money("Before", symbol, 95, "The deal's amount before."),
        "to_amount": money("After", symbol, 95, "The deal's amount after."),
        "change_date": day("On", 95),
    }


def movers(symbol: str) -> Columns:
    """The deals that moved EV most."""
    return {
        "deal_name": C.TextColumn("Deal", width=280),
        "owner": C.TextColumn("Rep", width=125),
        "change": money("EV change", symbol, _AMOUNT, _CHANGE),
        "what": C.TextColumn("Why", width=120),
        "stage": C.TextColumn("Stage now", width=150),
        "amount": money("Amount", symbol, _AMOUNT),
    }


def expected(symbol: str) -> Columns:
    """Open value by month and stage."""
    return {
        "when": C.TextColumn("Expected in"),
        "stage": C.TextColumn("Stage"),
        "value": money("Open value", symbol),
        "deals": count("Deals"),
    }


def typical(symbol: str) -> Columns:
    """Open deals without an amount at the typical won amount, by stage."""
    return {
        "stage": C.TextColumn("Stage"),
        "deals": count("Deals without an amount"),
        "value": money("Would add to TV", symbol),
        "expected_value": money("Would add to EV", symbol),
    }


def expected_deals(symbol: str) -> Columns:
    """The deals behind one bar of the expected months."""
    return {
        "deal_name": C.TextColumn("Deal", width=260),
        "owner": C.TextColumn("Rep", width=125),
        "account": C.TextColumn("Account", width=150),
        "stage": C.TextColumn("Stage", width=150),
        "amount": money("Amount", symbol, _AMOUNT),
        "expected_close_date": day("Expected on", 110),
    }
