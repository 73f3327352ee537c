"""The tables of the Quality page."""

from __future__ import annotations

from kpi_engine.views.quality import PARTS
from ui.columns.kinds import C, Columns, count, day, money, share, times


def reps() -> Columns:
    """Meetings per rep."""
    return {
        "owner": C.TextColumn("Rep"),
        "held": count("Meetings held"),
        **{part: count(label) for part, label in PARTS.items()},
        "rate": share("Qualified rate"),
        "lower": share("From"),
        "upper": share("To"),
    }


def steps_of_work() -> Columns:
    """Counts from the telephone to the order."""
    return {"label": C.TextColumn("Step"), "value": count("How many")}


def ratios() -> Columns:
    """The ratios between the steps."""
    return {
        "label": C.TextColumn("Ratio"),
        "value": share("Share"),
        "lower": share("From"),
        "upper": share("To"),
        "n": count("Cases"),
        "meaning": C.TextColumn("Measured as", width="large"),
    }


def ratio_by(label: str, part: str, base: str, is_share: bool) -> Columns:
    """One ratio, group by group."""
    number = share if is_share else times
    return {
        "group": C.TextColumn(label),
        "part": count(part),
        "base": count(base),
        "value": number("Ratio"),
        "lower": number("From"),
        "upper": number("To"),
        "text": C.TextColumn("In words", width="medium"),
    }


def behind() -> Columns:
    """The rows behind a count."""
    return {
        "day": day("Day"),
        "what": C.TextColumn("What"),
        "owner": C.TextColumn("Rep"),
        "account": C.TextColumn("Account"),
        "contact": C.TextColumn("Contact"),
        "deal_id": C.TextColumn("Deal"),
        "outcome": C.TextColumn("Outcome"),
        "ending": C.TextColumn("Qualification"),
        "counted": C.NumberColumn("Counts", format="%.0f"),
    }


def path() -> Columns:
    """Quantity and quality, block by block."""
    return {
        "label": C.TextColumn("Weeks"),
        "since": day("From"),
        "until": day("To"),
        "quantity": C.NumberColumn("A week", format="%.1f"),
        "quality": share("Of them good"),
        "lower": share("From (80 %)"),
        "upper": share("To (80 %)"),
        "n": count("Cases"),
    }


def payback(symbol: str) -> Columns:
    """What became of deals by their first meeting."""
    return {
        "label": C.TextColumn("First meeting", width="medium"),
        "resolved": count("Decided"),
        "won": count("Won"),
        "win_rate": share("Win rate"),
        "lower": share("From"),
        "upper": share("To"),
        "value_per_deal": money("Value per deal", symbol),
        "value_lower": money("from", symbol),
        "value_upper": money("to", symbol),
        "verdict_words": C.TextColumn("So", width="medium"),
    }


def exceptions() -> Columns:
    """Whose exceptions."""
    return {
        "reason": C.TextColumn("Reason", width="medium"),
        "owner": C.TextColumn("Rep"),
        "meetings": count("Meetings"),
    }


def yields(symbol: str) -> Columns:
    """What comes of each type of activity."""
    return {
        "label": C.TextColumn("Activity"),
        "activities": count("Number"),
        "hours": count("Hours"),
        "gained": money("EV gained", symbol),
        "gained_each": money("for each", ""),
        "gained_band": C.TextColumn("80 % band", alignment="right"),
        "gained_hour": money("an hour", ""),
        "won_value": money("Won", symbol),
        "won_each": money("for each", ""),
        "won_band": C.TextColumn("80 % band", alignment="right"),
        "won_hour": money("an hour", ""),
    }


def yield_headline() -> Columns:
    """What the work yields, all together."""
    return {
        "label": C.TextColumn("For"),
        "gained_text": C.TextColumn("EV gained", width=72),
        "won_text": C.TextColumn("Won", width=72),
    }


def people() -> Columns:
    """People by month."""
    return {
        "month": C.DateColumn("Month", format="MMM YYYY"),
        "added": C.NumberColumn("Added", format="%.0f"),
        "executives": C.NumberColumn("Executives", format="%.0f"),
        "known": count("Known at its end"),
    }


def touches() -> Columns:
    """Success by number of contacts."""
    return {
        "touches": C.TextColumn("Contacts"),
        "value": share("Said yes"),
        "lower": share("From"),
        "upper": share("To"),
        "n": count("Cases"),
    }


def rule_versions() -> Columns:
    """The rules that were agreed on."""
    return {
        "since": C.TextColumn("In force from"),
        "state": C.TextColumn("Now"),
        "what": C.TextColumn("What", width="large"),
        "who": C.TextColumn("Agreed by"),
        "note": C.TextColumn("Note"),
    }


def weekly() -> Columns:
    """Activities per week."""
    return {"week_end": day("Week to"), "type": C.TextColumn("Activity"), "activities": count("How many")}
