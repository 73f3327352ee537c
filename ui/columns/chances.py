"""The tables of the win chances."""

from __future__ import annotations

import pandas as pd

from ui.columns.kinds import C, Columns, count, money, share

_NOW_THERE = (
    "Of the deals that are in the stage now, in the end. It is lower than the share won of all that ever came here "
    "(tab Milestones): whatever was won quickly has left, and those that stay are on average older and less likely."
)


def chances(symbol: str) -> Columns:
    """Win chances by stage: in force, estimated, and what accepting the estimate does. All of it is in sight on a small
    screen."""
    unit = f", in {symbol.strip()}" if symbol else ""
    return {
        "stage": C.TextColumn("Stage", width=115),
        "in_force": share("In force", _NOW_THERE, 70),
        "how": C.TextColumn("Because", width=134),
        "estimate": share("History says", _NOW_THERE, 95),
        "interval": C.TextColumn("80 % sure", width=88, help="The 80 % interval of what the history says."),
        "n": count("Ended", "Ended deals the estimate rests on.", 62),
        "crm_probability": share("CRM says", width=76),
        "value_now": money("EV now", "", 82, f"Expected value{unit}."),
        "value_then": money("EV then", "", 82, f"Expected value{unit}, once what the history says is accepted."),
        "change": money("Change", "", 80),
    }


def promised(table: pd.DataFrame) -> Columns:
    """What was told of deals in a stage, and what became of them."""
    told = {"promised": "We said", "crm_probability": "The CRM says", "in_force": "In force"}
    return {
        "stage": C.TextColumn("Stage"),
        **{name: share(label) for name, label in told.items() if name in table},
        "happened": share("Won"),
        "lower": share("at least"),
        "upper": share("at most"),
        "n": count("Deals"),
    }


def versions() -> Columns:
    """The decisions about win chances."""
    return {
        "since": C.TextColumn("Counts from"),
        "what": C.TextColumn("What", width="medium"),
        "state": C.TextColumn("Now"),
        "who": C.TextColumn("Who"),
        "noted": C.TextColumn("Noted on"),
        "data_to": C.TextColumn("Data up to"),
        "why": C.TextColumn("Why", width="medium"),
    }
