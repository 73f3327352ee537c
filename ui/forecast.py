"""What this month will bring: the tab of the forecast page."""

from __future__ import annotations

import streamlit as st

from kpi_engine.views.ask import Ask
from kpi_engine.views.forecast import LABELS, Forecast, forecast_view
from kpi_engine.views.forecast_by import CUTS, forecast_by_view
from kpi_engine.views.words import symbol
from ui import columns
from ui.blocks import chart, colours, grid, notes, nothing_to_show, opening, table_behind
from ui.charts.forecast import forecast_figure, sums_figure
from ui.picking import picked_bar
from ui.session import cached


def choose_kpi() -> str:
    """Won value or won deals: one choice for all tabs that forecast."""
    return st.segmented_control(
        "Forecast of",
        list(LABELS),
        default=next(iter(LABELS)),
        format_func=LABELS.__getitem__,
        key="forecast_of",
        required=True,
        bind="query-params",
        label_visibility="collapsed",
    ) or next(iter(LABELS))


def forecast_block(ask: Ask) -> None:
    """The months, what they rest on, what changed, and the quarter and year they add up to."""
    kpi = st.session_state.get("forecast_of") or next(iter(LABELS))
    view = cached(forecast_view, ask, kpi)
    if view.is_empty:
        nothing_to_show("Nothing to forecast.", view.sentence, page="data")
        return
    opening(view.sentence)
    choose_kpi()
    money = symbol(ask.currency) if view.is_money else ""
    figure = forecast_figure(view.months, colours(), money)
    alt = f"Won in the last months and forecast for the next ones. {view.sentence}"
    if not view.is_ready:
        chart(figure, alt, view.months, columns.months_ahead(money), "forecast")
        notes(view.notes)
        return
    label = "The open deals behind a month"
    month = picked_bar(figure, alt, view.choices, "forecast_month", "forecast_month_area", label, is_needed=True)
    _month(view, month or next(iter(view.choices)), money, ask.currency)
    table_behind(view.months, columns.months_ahead(money), "forecast")

    alt = f"Quarters and year, won and still to come. {view.sentence}"
    chart(sums_figure(view.sums, colours(), money), alt, view.sums, columns.sums(money), "sums", "Quarter and year")
    _by(ask, kpi, money)
    notes(view.notes)


def _month(view: Forecast, month: str, money: str, currency: str | None) -> None:
    """The deals of one month, and what changed in it since a week ago."""
    notes((view.deals_told[month],))
    if not view.deals[month].empty:
        grid(view.deals[month], columns.deals_ahead(symbol(currency), view.is_money), "forecast_deals")
    st.subheader("What changed in a week", anchor=False)
    notes((view.changes[month],))
    if not view.moved[month].empty:
        with st.expander("The deals that changed it", icon=":material/table_rows:"):
            grid(view.moved[month], columns.moved_ahead(money, view.is_money), "forecast_moved")


def _by(ask: Ask, kpi: str, money: str) -> None:
    """This month by team or rep, once somebody asks."""
    st.subheader("This month by team or rep", anchor=False)
    cut = st.segmented_control(
        "This month by", list(CUTS), format_func=CUTS.__getitem__, key="forecast_by", label_visibility="collapsed"
    )
    if cut:
        view = cached(forecast_by_view, ask, f"{kpi} {cut}")
        if not view.rows.empty:
            grid(view.rows, columns.forecast_by(money), "forecast_by_table")
        notes((view.few,) if view.few else ())
