"""The tables of the Data page."""

from __future__ import annotations

from ui.columns.kinds import C, Columns, count, day


def held() -> Columns:
    """What is in the store."""
    return {
        "what": C.TextColumn("What"),
        "how_many": count("How many"),
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
    return {"file": C.TextColumn("File")} | {
        name: count(label) for name, label in labels.items()
    }


def rejected_lines() -> Columns:
    """The lines of a file that cannot be read."""
    return {
        "line": C.NumberColumn("Line", width=60),
        "column": C.TextColumn("Column", width=110),
        "value": C.TextColumn("What stands there", width=130),
        "why": C.TextColumn("Why", width=300),
        "what_to_do": C.TextColumn("What to do", width=260),
    }
