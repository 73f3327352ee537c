"""The tables of the Forecast page: the months, what changed, and the track record."""

from __future__ import annotations

from ui.columns.kinds import PER_CENT, C, Columns, count, day, money


def months_ahead(symbol: str) -> Columns:
    """The months that came and those to come."""
    return {
        "label": C.TextColumn("Month"),
        "value": money("Whole month", symbol),
        "lower": money("From", symbol),
        "upper": money("To", symbol),
        "won": money("Already won", symbol),
        "open": money("From open deals", symbol),
        "new": money("Not yet created", symbol),
        "target": money("Target", symbol),
    }


def sums(symbol: str) -> Columns:
    """Quarters and year."""
    return {
        "label": C.TextColumn("Span"),
        "value": money("Forecast", symbol),
        "lower": money("From", symbol),
        "upper": money("To", symbol),
        "won": money("Already won", symbol),
        "target": money("Target", symbol),
    }


def deals_ahead(symbol: str, is_money: bool) -> Columns:
    """The open deals behind a month; all of it is in sight on a small screen."""
    unit = f" In {symbol.strip()}." if symbol and is_money else ""
    worth = C.NumberColumn(
        "Counts for",
        format="%,.0f" if is_money else "%.2f",
        width=74,
        help=f"What the month's forecast counts of it; together the part that open deals bring.{unit}",
    )
    return {
        "deal_name": C.TextColumn("Deal", width=118),
        "owner": C.TextColumn("Rep", width=97),
        "stage": C.TextColumn("Stage", width=100),
        "amount": money("Amount", "", 70),
        "chance": C.NumberColumn(
            "Chance",
            format=PER_CENT,
            width=66,
            help="To be won in this month: the deal's own chance, not its stage's. From its stage and age, and from "
            "amount, source and rep where these have shown their worth.",
        ),
        "ninety": C.NumberColumn(
            "90 days",
            format=PER_CENT,
            width=66,
            help="The deal's own chance to be won within 90 days, whichever month that is in. Win chances by stage, on "
            "the tab of that name, are for the deals of a stage together, and for the end, however late.",
        ),
        "worth": worth,
        "expected_close_date": C.DateColumn("Expected", format="D MMM YYYY", width=88),
        "date_risk": C.TextColumn(
            "How firm the date is",
            width=215,
            help="Slipped: expected in a month, and not ended when it was over. From your own deals pushed as often.",
        ),
    }


def moved_ahead(symbol: str, is_money: bool) -> Columns:
    """The deals that changed a month's forecast."""
    number = money if is_money else lambda label, _: C.NumberColumn(label, format="%.2f")
    return {
        "deal_name": C.TextColumn("Deal", width="large"),
        "owner": C.TextColumn("Rep"),
        "what": C.TextColumn("Why"),
        "before": number("A week ago", symbol),
        "after": number("Now", symbol),
        "change": number("Change", symbol),
    }


def forecast_by(symbol: str) -> Columns:
    """This month by team or rep."""
    return {
        "name": C.TextColumn("Who"),
        "won": money("Already won", symbol),
        "value": money("Forecast", symbol),
        "between": C.TextColumn("Four months of five"),
        "target": money("Target", symbol),
        "note": C.TextColumn("", width="medium"),
    }


def made(symbol: str) -> Columns:
    """Forecasts as they were made."""
    return {
        "label": C.TextColumn("Month"),
        "made": day("Forecast made on"),
        "forecast": money("Forecast", symbol),
        "lower": money("From", symbol),
        "upper": money("To", symbol),
        "actual": money("Came", symbol),
    }


def scores() -> Columns:
    """Forecasts against plain rules."""
    return {
        "model": C.TextColumn("Who forecasts", width="medium"),
        "wape": C.NumberColumn(
            "Missed by",
            format=PER_CENT,
            help="All misses together, as a share of all that came. Half is missed: 50 %. (WAPE)",
        ),
        "lean": C.TextColumn("Leans", help="Whether it says too much or too little all in all. (Bias)"),
        "mase": C.NumberColumn(
            "Against the season",
            format="%.2f",
            help="The mean miss over that of repeating the season before. Below 1 is better than repeating. (MASE)",
        ),
        "coverage": C.NumberColumn(
            "Inside the band", format=PER_CENT, help="How often what came lay in the band; four of five is right."
        ),
        "n": count("Forecasts", help="How many forecasts of months that are over."),
    }
