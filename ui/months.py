"""The three tabs of the Months page."""

from __future__ import annotations

from datetime import date

import streamlit as st

from kpi_engine.views.ask import Ask
from kpi_engine.views.booking import Booking, booking_view
from kpi_engine.views.months import KPIS, LABELS, months_view
from kpi_engine.views.planner import months_to_plan, planner_view, proposal_view
from kpi_engine.views.words import symbol
from ui import columns
from ui.blocks import chart, colours, escape, headline_row, notes, nothing_to_show, opening
from ui.charts.booking import booking_figure
from ui.charts.expected import expected_figure
from ui.charts.plan import plan_figure
from ui.charts.season import heatmap_figure, season_figure
from ui.session import cached


def year_tab(ask: Ask) -> None:
    """One KPI by year and month, and its season."""
    kpi = st.session_state.get("months_of") or KPIS[0]
    view = cached(months_view, ask, kpi)
    if view.is_empty:
        nothing_to_show(f"{LABELS[view.kpi]}: nothing to show.", view.why_empty, page="data")
    opening(view.sentence)
    if view.lean:
        st.markdown(escape(view.lean))
    st.segmented_control(
        "Show",
        view.choices,
        default=view.choices[0],
        format_func=LABELS.__getitem__,
        key="months_of",
        required=True,
        bind="query-params",
        label_visibility="collapsed",
    )
    if view.is_empty:
        return
    label = LABELS[view.kpi]
    chart(
        heatmap_figure(view.cells, view.order, colours()),
        f"{label} by year and month. {view.sentence}",
        view.cells,
        columns.months(label, "Activities" if view.kpi == "activities" else "Deals"),
        "year",
    )
    if not view.season.empty:
        alt = f"Seasonal index of {label} by month. {view.season_note}. {view.sentence}"
        figure = season_figure(view.season, colours(), is_fact=view.is_fact)
        chart(figure, alt, view.season, columns.season(), "season", "Strong and lean months")
        notes((view.season_note,))
    notes((view.meaning,))


def booking_tab(ask: Ask) -> None:
    """The months ahead by stage, and one of them as it fills."""
    money = symbol(ask.currency)
    view = cached(booking_view, ask, _day("booking_month"))
    if view.is_empty:
        nothing_to_show(
            "No month to fill yet.",
            "The curve needs deals with amounts and dates: an expected close date, or the day of delivery.",
            page="data",
        )
        return
    opening(view.sentence)
    _month_choice("Month", view.choices, view.month, "booking_month")
    alt = f"Booked value, last year's and the forecast of {view.month:%B %Y} by months ahead. {view.sentence}"
    figure = booking_figure(view.curve, view.target, colours(), money)
    chart(figure, alt, view.curve, columns.booking(money), "curve", f"How {view.month:%B %Y} fills")
    st.subheader("The open deals by month", anchor=False)
    if view.prospects.empty:
        nothing_to_show("No deal is open.", "Nothing is open that could be won in the months ahead.")
    else:
        _prospects(view, money)
    notes(view.notes)


def _prospects(view: Booking, money: str) -> None:
    """The open deals by month, stacked by stage, at their amounts or at what is expected of them."""
    worth = st.segmented_control(
        "Worth",
        ["Total value", "Expected value"],
        default="Total value",
        key="prospects_as",
        required=True,
        label_visibility="collapsed",
    )
    shown = view.prospects
    if worth == "Expected value":
        shown = shown.assign(value=shown["expected_value"], text=shown["expected_text"])
    alt = f"{worth} of the open deals by the month they are {view.basis_words}, stacked by stage"
    chart(expected_figure(shown, colours(), money), alt, shown, columns.prospects(money), "prospects")


def planner_tab(ask: Ask) -> None:
    """A month and a target, worked backwards."""
    head = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        choices, usual = months_to_plan(ask.as_of)
        chosen = _month_choice("Month to fill", choices, usual, "plan_month")
        proposed = cached(proposal_view, ask, chosen.isoformat())
        wanted = st.number_input(
            f"What it is to come to ({symbol(ask.currency).strip() or 'amount'})",
            min_value=0.0,
            value=proposed.target,
            step=10_000.0,
            format="%.0f",
            key=f"plan_target_{chosen}",
            help=f"Proposed: {escape(proposed.why)}.",
            width=230,
        )
    view = cached(planner_view, ask, f"{chosen} {wanted:.0f}")
    if view.is_empty:
        nothing_to_show(
            "Nothing to plan from yet.",
            "The planner counts back by the deals that were won: import deals that have ended, with their dates.",
            page="data",
        )
        return
    with head:
        opening(view.sentence)
    headline_row(view.headlines)
    figure = plan_figure(view.steps, view.as_of, colours())
    alt = f"What has to happen by when to fill {view.month:%B %Y}. {view.sentence}"
    chart(figure, alt, view.steps, columns.plan(), "plan", "Counted back")
    notes(view.notes)


def _day(key: str) -> str:
    found = st.session_state.get(key)
    return found.isoformat() if isinstance(found, date) else ""


def _month_choice(label: str, choices: tuple[date, ...], chosen: date, key: str) -> date:
    return st.selectbox(
        label,
        choices,
        index=choices.index(chosen) if chosen in choices else 0,
        format_func=lambda day: f"{day:%B %Y}",
        key=key,
        width=200,
    )
