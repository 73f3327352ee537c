"""The tables behind the charts: which columns, in which order, under which headings."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

Columns = dict[str, Any]

PER_CENT = "%.3g %%"
"""Shares as they are written everywhere else, with a space; ``blocks.grid`` shows a hundred times the share."""

_C = st.column_config


def money(label: str, symbol: str, width: int | None = None, help: str | None = None) -> Any:
    """Amounts: whole units, thousands apart, right-aligned by being numbers."""
    named = f"{label} ({symbol.strip()})" if symbol else label
    return _C.NumberColumn(named, format="%,.0f", width=width, help=help)


def share(label: str, help: str | None = None, width: int | None = None) -> Any:
    """Shares of one, shown as per cent."""
    return _C.NumberColumn(label, format=PER_CENT, help=help, width=width)


def day(label: str) -> Any:
    """Dates without room for doubt."""
    return _C.DateColumn(label, format="D MMM YYYY")


def trend(symbol: str) -> Columns:
    """TV, EV and EV/TV by week."""
    return {
        "period_end": day("At the end of"),
        "total_value": money("Total value", symbol),
        "expected_value": money("Expected value", symbol),
        "ev_tv_ratio": share("EV / TV", help="Expected value as a share of total value."),
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
        "change": money("Change of expected value", symbol),
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
        "change": money("Change of expected value", symbol),
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


def expected_deals(symbol: str) -> Columns:
    """The deals behind one bar of the expected months."""
    return {
        "deal_name": _C.TextColumn("Deal", width="large"),
        "owner": _C.TextColumn("Rep"),
        "account": _C.TextColumn("Account"),
        "stage": _C.TextColumn("Stage"),
        "amount": money("Amount", symbol),
        "expected_close_date": day("Expected on"),
    }


def followups(symbol: str) -> Columns:
    """The deals that need somebody."""
    return {
        "deal_name": _C.TextColumn("Deal", width=200),
        "owner": _C.TextColumn("Rep", width=130),
        "at_stake": money("At stake", symbol),
        "why": _C.TextColumn("Why", width=400),
        "stage": _C.TextColumn("Stage", width=110),
        "amount": money("Amount", symbol),
        "next_step": _C.TextColumn("Next step", width=260),
        "own_chance": share("Chance as it stands"),
    }


def next_milestone(symbol: str) -> Columns:
    """The deals that would move the KPIs most."""
    return {
        "deal_name": _C.TextColumn("Deal", width=200),
        "owner": _C.TextColumn("Rep", width=130),
        "gain": money("EV it would gain", symbol),
        "stage": _C.TextColumn("From"),
        "next_stage": _C.TextColumn("To"),
        "amount": money("Amount", symbol),
        "next_step": _C.TextColumn("Next step", width=260),
    }


def stays() -> Columns:
    """The stages one deal was in."""
    return {
        "lane": _C.TextColumn("Stage"),
        "first_day": day("From"),
        "last_day": day("To"),
    }


def events() -> Columns:
    """What happened with one deal."""
    return {
        "day": day("Day"),
        "what": _C.TextColumn("What", width="small"),
        "detail": _C.TextColumn("Detail", width="large"),
        "by": _C.TextColumn("By"),
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
        "days": _C.NumberColumn("Days before", help="Half of the orders took longer, half less."),
        "n": _C.NumberColumn("Orders it rests on"),
    }


def reps() -> Columns:
    """Meetings per rep."""
    return {
        "owner": _C.TextColumn("Rep"),
        "held": _C.NumberColumn("Meetings held"),
        "qualified": _C.NumberColumn("Met the rule"),
        "hosted_visit": _C.NumberColumn("Visited us"),
        "allowed_exception": _C.NumberColumn("Exceptions"),
        "not_qualified": _C.NumberColumn("Not qualified"),
        "unknown": _C.NumberColumn("Not known"),
        "rate": share("Qualified rate"),
        "lower": share("From"),
        "upper": share("To"),
    }


def steps_of_work() -> Columns:
    """Counts from the telephone to the order."""
    return {"label": _C.TextColumn("Step"), "value": _C.NumberColumn("How many", format="%,.0f")}


def ratios() -> Columns:
    """The ratios between the steps."""
    return {
        "label": _C.TextColumn("Ratio"),
        "value": share("Share"),
        "lower": share("From"),
        "upper": share("To"),
        "n": _C.NumberColumn("Cases"),
        "meaning": _C.TextColumn("Measured as", width="large"),
    }


def ratio_by(label: str, part: str, base: str, is_share: bool) -> Columns:
    """One ratio, group by group."""
    number = share if is_share else _times
    return {
        "group": _C.TextColumn(label),
        "part": _C.NumberColumn(part, format="%,.0f"),
        "base": _C.NumberColumn(base, format="%,.0f"),
        "value": number("Ratio"),
        "lower": number("From"),
        "upper": number("To"),
        "text": _C.TextColumn("In words", width="medium"),
    }


def _times(label: str) -> Any:
    return _C.NumberColumn(label, format="%.2f")


def behind() -> Columns:
    """The rows behind a count."""
    return {
        "day": day("Day"),
        "what": _C.TextColumn("What"),
        "owner": _C.TextColumn("Rep"),
        "account": _C.TextColumn("Account"),
        "contact": _C.TextColumn("Contact"),
        "deal_id": _C.TextColumn("Deal"),
        "outcome": _C.TextColumn("Outcome"),
        "ending": _C.TextColumn("Qualification"),
        "counted": _C.NumberColumn("Counts", format="%.0f"),
    }


def path() -> Columns:
    """Quantity and quality, block by block."""
    return {
        "label": _C.TextColumn("Weeks"),
        "since": day("From"),
        "until": day("To"),
        "quantity": _C.NumberColumn("A week", format="%.1f"),
        "quality": share("Of them good"),
        "lower": share("From (80 %)"),
        "upper": share("To (80 %)"),
        "n": _C.NumberColumn("Cases"),
    }


def payback(symbol: str) -> Columns:
    """What became of deals by their first meeting."""
    return {
        "label": _C.TextColumn("First meeting", width="medium"),
        "resolved": _C.NumberColumn("Decided"),
        "won": _C.NumberColumn("Won"),
        "win_rate": share("Win rate"),
        "lower": share("From"),
        "upper": share("To"),
        "value_per_deal": money("Value per deal", symbol),
        "value_lower": money("from", symbol),
        "value_upper": money("to", symbol),
        "verdict_words": _C.TextColumn("So", width="medium"),
    }


def exceptions() -> Columns:
    """Whose exceptions."""
    return {
        "reason": _C.TextColumn("Reason", width="medium"),
        "owner": _C.TextColumn("Rep"),
        "meetings": _C.NumberColumn("Meetings"),
    }


def yields(symbol: str) -> Columns:
    """What comes of each type of activity."""
    return {
        "label": _C.TextColumn("Activity"),
        "activities": _C.NumberColumn("How many", format="%,.0f"),
        "hours": _C.NumberColumn("Hours noted", format="%,.0f"),
        "gained": money("Expected value gained", symbol),
        "gained_each": money("for each", symbol),
        "gained_lower": money("from", symbol),
        "gained_upper": money("to", symbol),
        "gained_hour": money("EV for an hour", symbol),
        "won_value": money("Won value", symbol),
        "won_each": money("won for each", symbol),
        "won_lower": money("won, from", symbol),
        "won_upper": money("won, to", symbol),
        "won_hour": money("won for an hour", symbol),
    }


def yield_headline() -> Columns:
    """What the work yields, all together."""
    return {
        "label": _C.TextColumn(" "),
        "gained_text": _C.TextColumn("Expected value gained"),
        "won_text": _C.TextColumn("Won value"),
    }


def people() -> Columns:
    """People by month."""
    return {
        "month": _C.DateColumn("Month", format="MMM YYYY"),
        "added": _C.NumberColumn("Added", format="%.0f"),
        "executives": _C.NumberColumn("Executives", format="%.0f"),
        "known": _C.NumberColumn("Known at its end", format="%,.0f"),
    }


def touches() -> Columns:
    """Success by number of contacts."""
    return {
        "touches": _C.TextColumn("Contacts"),
        "value": share("Said yes"),
        "lower": share("From"),
        "upper": share("To"),
        "n": _C.NumberColumn("Cases"),
    }


def rule_versions() -> Columns:
    """The rules that were agreed on."""
    return {
        "since": _C.TextColumn("In force from"),
        "state": _C.TextColumn("Now"),
        "what": _C.TextColumn("What", width="large"),
        "who": _C.TextColumn("Agreed by"),
        "note": _C.TextColumn("Note"),
    }


def weekly() -> Columns:
    """Activities per week."""
    return {"week_end": day("Week to"), "type": _C.TextColumn("Activity"), "activities": _C.NumberColumn("How many")}


def talk() -> Columns:
    """Which KPIs deserve a place in the weekly talk: leading first, results last."""
    return {
        "label": _C.TextColumn("KPI"),
        "place": _C.TextColumn("In the weekly talk"),
        "evidence": _C.TextColumn("Because", width="large"),
        "recent": _C.LineChartColumn("Last 26 weeks", help="Its weekly values."),
        "weeks": _C.NumberColumn("Weeks", help="Whole weeks in which it is known together with a result."),
    }


def board() -> Columns:
    """Every pair of the board with what it rests on."""
    return {
        "kpi_label": _C.TextColumn("Leading"),
        "result_label": _C.TextColumn("Result"),
        "hover": _C.TextColumn("What the data say", width="large"),
        "lag": _C.NumberColumn("Weeks later", help="Where the two go together most closely."),
        "strength": _C.NumberColumn(
            "Strength",
            format="%.2f",
            help="0: nothing in common; 1: always up and down together, season and trend taken out.",
        ),
        "p_value": _C.NumberColumn(
            "Chance alone", format=PER_CENT, help="How often unrelated numbers would look at least as much alike."
        ),
        "q_value": _C.NumberColumn(
            "False ones up to here",
            format=PER_CENT,
            help="The share of chance to expect if everything up to here were believed. Leads go up to 10 %.",
        ),
        "weeks": _C.NumberColumn("Weeks"),
    }


def lead_groups(kpi: str, later: str) -> Columns:
    """The bars of a lead."""
    return {
        "group": _C.TextColumn("Weeks with"),
        "level": _C.NumberColumn(kpi, format="%.1f"),
        "value": _C.NumberColumn(later, format="%.2f"),
        "lower": _C.NumberColumn("80 % from", format="%.2f"),
        "upper": _C.NumberColumn("to", format="%.2f"),
        "weeks": _C.NumberColumn("Weeks"),
    }


def series(leading: str, result: str) -> Columns:
    """Two weekly series side by side at their lag."""
    return {
        "leading_week_end": day("Week to"),
        "leading": _C.NumberColumn(leading),
        "week_end": day("Result week to"),
        "result": _C.NumberColumn(result),
    }


_NOW_THERE = (
    "Of the deals that are in the stage now, in the end. It is lower than the share won of all that ever came here "
    "(tab Milestones): whatever was won quickly has left, and those that stay are on average older and less likely."
)


def chances(symbol: str) -> Columns:
    """Win chances by stage: in force, estimated, and what accepting the estimate does. All of it is in sight on a small
    screen."""
    unit = f", in {symbol.strip()}" if symbol else ""
    return {
        "stage": _C.TextColumn("Stage", width=115),
        "in_force": share("In force", _NOW_THERE, 70),
        "how": _C.TextColumn("Because", width=134),
        "estimate": share("History says", _NOW_THERE, 95),
        "interval": _C.TextColumn("80 % sure", width=88, help="The 80 % interval of what the history says."),
        "n": _C.NumberColumn("Ended", width=62, help="Ended deals the estimate rests on."),
        "crm_probability": share("CRM says", width=76),
        "value_now": money("EV now", "", 82, f"Expected value{unit}."),
        "value_then": money("EV then", "", 82, f"Expected value{unit}, once what the history says is accepted."),
        "change": money("Change", "", 80),
    }


def promised(table: pd.DataFrame) -> Columns:
    """What was told of deals in a stage, and what became of them."""
    told = {"promised": "We said", "crm_probability": "The CRM says", "in_force": "In force"}
    return {
        "stage": _C.TextColumn("Stage"),
        **{name: share(label) for name, label in told.items() if name in table},
        "happened": share("Won"),
        "lower": share("at least"),
        "upper": share("at most"),
        "n": _C.NumberColumn("Deals"),
    }


def versions() -> Columns:
    """The decisions about win chances."""
    return {
        "since": _C.TextColumn("Counts from"),
        "what": _C.TextColumn("What", width="medium"),
        "state": _C.TextColumn("Now"),
        "who": _C.TextColumn("Who"),
        "noted": _C.TextColumn("Noted on"),
        "data_to": _C.TextColumn("Data up to"),
        "why": _C.TextColumn("Why", width="medium"),
    }


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


def milestones() -> Columns:
    """Every stage of a pipeline."""
    return {
        "stage": _C.TextColumn("Stage"),
        "milestone": _C.TextColumn("Milestone"),
        "reached": _C.NumberColumn("Were here"),
        "moved_on": _C.NumberColumn("Went on"),
        "won": _C.NumberColumn("Won"),
        "lost": _C.NumberColumn("Lost"),
        "open": _C.NumberColumn("Open"),
        "gone": _C.NumberColumn("End not known"),
        "skipped": _C.NumberColumn("Passed over", help="Deals that went past this stage without being in it."),
        "moved_back": _C.NumberColumn("Moved back", help="Moves from here to an earlier stage."),
        "to_next_value": share("Go on"),
        "to_next_lower": share("Go on, from"),
        "to_next_upper": share("Go on, to"),
        "to_next_plain": share("Of those decided"),
        "to_won_value": share(
            "Are won",
            "Of all deals that ever came here. The chance on the tab Win chances is of those that are here now: "
            "whatever was won quickly has left, so it is lower.",
        ),
        "to_won_lower": share("Won, from"),
        "to_won_upper": share("Won, to"),
        "to_won_plain": share("Of those ended"),
    }


def stage_days() -> Columns:
    """Days in each stage."""
    return {
        "stage": _C.TextColumn("Stage"),
        "days_n": _C.NumberColumn("Stays"),
        "days_ended": _C.NumberColumn("Of them over"),
        "days_low": _C.NumberColumn("A tenth has left by", help="In days."),
        "days_median": _C.NumberColumn("Half have left by"),
        "days_high": _C.NumberColumn("Nine tenths have left by"),
        "days_seen": _C.NumberColumn("Longest stay so far"),
    }


def milestone_groups(label: str) -> Columns:
    """The share won, group by group."""
    return {
        "group": _C.TextColumn(label),
        "n": _C.NumberColumn("Deals"),
        "open": _C.NumberColumn("Still open"),
        "value": share("Won"),
        "lower": share("From"),
        "upper": share("To"),
        "plain": share("Of those ended"),
        "text": _C.TextColumn("In words"),
    }


def waiting(symbol: str) -> Columns:
    """The deals longest in a stage."""
    return {
        "deal_name": _C.TextColumn("Deal", width="large"),
        "account": _C.TextColumn("Account"),
        "owner": _C.TextColumn("Rep"),
        "amount": money("Amount", symbol),
        "since": day("In the stage since"),
        "days": _C.NumberColumn("Days"),
        "usual": _C.NumberColumn("Half leave within", help="Days after which half of all deals have left this stage."),
    }


def months_ahead(symbol: str) -> Columns:
    """The months that came and those to come."""
    return {
        "label": _C.TextColumn("Month"),
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
        "label": _C.TextColumn("Span"),
        "value": money("Forecast", symbol),
        "lower": money("From", symbol),
        "upper": money("To", symbol),
        "won": money("Already won", symbol),
        "target": money("Target", symbol),
    }


def deals_ahead(symbol: str, is_money: bool) -> Columns:
    """The open deals behind a month; all of it is in sight on a small screen."""
    unit = f" In {symbol.strip()}." if symbol and is_money else ""
    worth = _C.NumberColumn(
        "Counts for",
        format="%,.0f" if is_money else "%.2f",
        width=74,
        help=f"What the month's forecast counts of it; together the part that open deals bring.{unit}",
    )
    return {
        "deal_name": _C.TextColumn("Deal", width=118),
        "owner": _C.TextColumn("Rep", width=97),
        "stage": _C.TextColumn("Stage", width=100),
        "amount": money("Amount", "", 70),
        "chance": _C.NumberColumn(
            "Chance",
            format=PER_CENT,
            width=66,
            help="To be won in this month: the deal's own chance, not its stage's. From its stage and age, and from "
            "amount, source and rep where these have shown their worth.",
        ),
        "ninety": _C.NumberColumn(
            "90 days",
            format=PER_CENT,
            width=66,
            help="The deal's own chance to be won within 90 days, whichever month that is in. Win chances by stage, on "
            "the tab of that name, are for the deals of a stage together, and for the end, however late.",
        ),
        "worth": worth,
        "expected_close_date": _C.DateColumn("Expected", format="D MMM YYYY", width=88),
        "date_risk": _C.TextColumn(
            "How firm the date is",
            width=215,
            help="Slipped: expected in a month, and not ended when it was over. From your own deals pushed as often.",
        ),
    }


def moved_ahead(symbol: str, is_money: bool) -> Columns:
    """The deals that changed a month's forecast."""
    number = money if is_money else lambda label, _: _C.NumberColumn(label, format="%.2f")
    return {
        "deal_name": _C.TextColumn("Deal", width="large"),
        "owner": _C.TextColumn("Rep"),
        "what": _C.TextColumn("Why"),
        "before": number("A week ago", symbol),
        "after": number("Now", symbol),
        "change": number("Change", symbol),
    }


def forecast_by(symbol: str) -> Columns:
    """This month by team or rep."""
    return {
        "name": _C.TextColumn("Who"),
        "won": money("Already won", symbol),
        "value": money("Forecast", symbol),
        "between": _C.TextColumn("Four months of five"),
        "target": money("Target", symbol),
        "note": _C.TextColumn("", width="medium"),
    }


def made(symbol: str) -> Columns:
    """Forecasts as they were made."""
    return {
        "label": _C.TextColumn("Month"),
        "made": day("Forecast made on"),
        "forecast": money("Forecast", symbol),
        "lower": money("From", symbol),
        "upper": money("To", symbol),
        "actual": money("Came", symbol),
    }


def scores() -> Columns:
    """Forecasts against plain rules."""
    return {
        "model": _C.TextColumn("Who forecasts", width="medium"),
        "wape": _C.NumberColumn(
            "Missed by",
            format=PER_CENT,
            help="All misses together, as a share of all that came. Half is missed: 50 %. (WAPE)",
        ),
        "lean": _C.TextColumn("Leans", help="Whether it says too much or too little all in all. (Bias)"),
        "mase": _C.NumberColumn(
            "Against the season",
            format="%.2f",
            help="The mean miss over that of repeating the season before. Below 1 is better than repeating. (MASE)",
        ),
        "coverage": _C.NumberColumn(
            "Inside the band", format=PER_CENT, help="How often what came lay in the band; four of five is right."
        ),
        "n": _C.NumberColumn("Forecasts", help="How many forecasts of months that are over."),
    }


def targets() -> Columns:
    """A person's targets."""
    return {
        "label": _C.TextColumn("KPI"),
        "period": _C.TextColumn("Period"),
        "target_text": _C.TextColumn("Target"),
        "progress": _C.TextColumn("So far", width="medium"),
        "state": _C.TextColumn("Against pace"),
        "realism": _C.TextColumn("How likely", width="large"),
        "agreed": _C.TextColumn("Where from", width="large"),
        "review": _C.TextColumn("Review"),
    }


def chance_curve() -> Columns:
    """The chance by target."""
    return {
        "label": _C.TextColumn("Target"),
        "probability": share("Chance"),
        "lower": share("80 % sure: from"),
        "upper": share("to"),
        "band": _C.TextColumn("Which is"),
    }


def own_past() -> Columns:
    """The same person's periods before."""
    return {
        "period": _C.TextColumn("Period"),
        "came_to": _C.TextColumn("Came to"),
        "target": _C.TextColumn("Target"),
    }


def target_history() -> Columns:
    """Every decision about one target."""
    return {
        "day": day("On"),
        "what": _C.TextColumn("What"),
        "target": _C.TextColumn("Target"),
        "between": _C.TextColumn("Between"),
        "why": _C.TextColumn("Why", width="large"),
        "review": day("Next review"),
        "typed": _C.TextColumn("Typed by"),
    }
