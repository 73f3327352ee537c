"""The tables of the Overview."""

from __future__ import annotations

from ui.columns.kinds import C, Columns, day, money, share

# All columns of a list of deals stand on a screen of 1280: a name that is longer is cut, an amount never.
_NAME, _AMOUNT = 240, 105
_CHANGE = "By how much the deal changed expected value."


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
        "deal_name": C.TextColumn("Deal", width=_NAME),
        "owner": C.TextColumn("Rep", width=130),
        "change": money("EV change", symbol, _AMOUNT, _CHANGE),
        "path": C.TextColumn("Stage", width=270),
        "from_amount": money("Before", symbol, _AMOUNT, "The deal's amount before."),
        "to_amount": money("After", symbol, _AMOUNT, "The deal's amount after."),
        "change_date": day("On", 100),
    }


def movers(symbol: str) -> Columns:
    """The deals that moved EV most."""
    return {
        "deal_name": C.TextColumn("Deal", width=_NAME),
        "owner": C.TextColumn("Rep", width=130),
        "change": money("EV change", symbol, _AMOUNT, _CHANGE),
        "what": C.TextColumn("Why", width=200),
        "stage": C.TextColumn("Stage now", width=220),
        "amount": money("Amount", symbol, _AMOUNT),
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
        "deal_name": C.TextColumn("Deal", width=_NAME),
        "owner": C.TextColumn("Rep", width=130),
        "account": C.TextColumn("Account", width=190),
        "stage": C.TextColumn("Stage", width=220),
        "amount": money("Amount", symbol, _AMOUNT),
        "expected_close_date": day("Expected on", 110),
    }
