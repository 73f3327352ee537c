"""The tables of the Targets page."""

from __future__ import annotations

from ui.columns.kinds import C, Columns, day, share


def targets() -> Columns:
    """A person's targets."""
    return {
        "label": C.TextColumn("KPI"),
        "period": C.TextColumn("Period"),
        "target_text": C.TextColumn("Target"),
        "progress": C.TextColumn("So far", width="medium"),
        "state": C.TextColumn("Against pace"),
        "realism": C.TextColumn("How likely", width="large"),
        "agreed": C.TextColumn("Where from", width="large"),
        "review": C.TextColumn("Review"),
    }


def chance_curve() -> Columns:
    """The chance by target."""
    return {
        "label": C.TextColumn("Target"),
        "probability": share("Chance"),
        "lower": share("80 % sure: from"),
        "upper": share("to"),
        "band": C.TextColumn("Which is"),
    }


def own_past() -> Columns:
    """The same person's periods before."""
    return {
        "period": C.TextColumn("Period"),
        "came_to": C.TextColumn("Came to"),
        "target": C.TextColumn("Target"),
    }


def target_history() -> Columns:
    """Every decision about one target."""
    return {
        "day": day("On"),
        "what": C.TextColumn("What"),
        "target": C.TextColumn("Target"),
        "between": C.TextColumn("Between"),
        "why": C.TextColumn("Why", width="large"),
        "review": day("Next review"),
        "typed": C.TextColumn("Typed by"),
    }
