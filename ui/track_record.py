"""How good the forecasts were: the tab of the forecast page."""

from __future__ import annotations

import streamlit as st

from kpi_engine.views.ask import Ask
from kpi_engine.views.forecast import LABELS
from kpi_engine.views.track_record import HORIZONS, track_view
from kpi_engine.views.words import symbol
from ui import columns
from ui.blocks import chart, colours, grid, notes, nothing_to_show, opening
from ui.charts.track import track_figure
from ui.forecast import choose_kpi
from ui.session import cached


def track_block(ask: Ask) -> None:
    """Who forecasts best, every forecast beside what came, and the scores."""
    kpi = st.session_state.get("forecast_of") or next(iter(LABELS))
    view = cached(track_view, ask, kpi)
    if view.is_empty:
        nothing_to_show("No track record yet.", view.sentence, page="data")
        return
    head = st.container()
    money = symbol(ask.currency) if view.is_money else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        choose_kpi()
        horizon = st.segmented_control(
            "Made so far ahead",
            list(HORIZONS),
            default="1",
            format_func=HORIZONS.__getitem__,
            key="ahead",
            required=True,
            bind="query-params",
            label_visibility="collapsed",
        )
    chosen = horizon if horizon in HORIZONS else "1"
    with head:
        opening(view.sentences[chosen])
    made = view.made.get(chosen)
    if made is not None:
        title = f"Forecast {HORIZONS[chosen]}, and what came"
        alt = f"{title}, month by month. {view.sentences[chosen]}"
        chart(track_figure(made, colours(), money), alt, made, columns.made(money), "track", title)
    st.subheader("Against plain rules", anchor=False)
    grid(view.scores[chosen], columns.scores(), "scores")
    notes(view.notes)
