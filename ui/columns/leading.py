"""The tables of the Leading signals."""

from __future__ import annotations

from ui.columns.kinds import FINE_PER_CENT, C, Columns, day


def talk() -> Columns:
    """Which KPIs deserve a place in the weekly talk: leading first, results last. As wide as a small screen is."""
    return {
        "label": C.TextColumn("KPI"),
        "place": C.TextColumn("In the weekly talk", width=148),
        "evidence": C.TextColumn("Because", width=384),
        "recent": C.LineChartColumn("Last 26 weeks", width=112, help="Its weekly values."),
        "weeks": C.NumberColumn("Weeks", width=60, help="Whole weeks in which it is known together with a result."),
    }


def board() -> Columns:
    """Every pair of the board with what it rests on."""
    return {
        "kpi_label": C.TextColumn("Leading"),
        "result_label": C.TextColumn("Result"),
        "hover": C.TextColumn("What the data say", width="large"),
        "lag": C.NumberColumn("Weeks later", help="Where the two go together most closely."),
        "strength": C.NumberColumn(
            "Strength",
            format="%.2f",
            help="0: nothing in common; 1: always up and down together, season and trend taken out.",
        ),
        "p_value": C.NumberColumn(
            "Chance alone", format=FINE_PER_CENT, help="How often unrelated numbers would look at least as much alike."
        ),
        "q_value": C.NumberColumn(
            "False ones up to here",
            format=FINE_PER_CENT,
            help="The share of chance to expect if everything up to here were believed. Leads go up to 10 %.",
        ),
        "weeks": C.NumberColumn("Weeks"),
    }


def lead_groups(kpi: str, later: str) -> Columns:
    """The bars of a lead."""
    return {
        "group": C.TextColumn("Weeks with"),
        "level": C.NumberColumn(kpi, format="%.1f"),
        "value": C.NumberColumn(later, format="%.2f"),
        "lower": C.NumberColumn("80 % from", format="%.2f"),
        "upper": C.NumberColumn("to", format="%.2f"),
        "weeks": C.NumberColumn("Weeks"),
    }


def series(leading: str, result: str) -> Columns:
    """Two weekly series side by side at their lag."""
    return {
        "leading_week_end": day("Week to"),
        "leading": C.NumberColumn(leading),
        "week_end": day("Result week to"),
        "result": C.NumberColumn(result),
    }
