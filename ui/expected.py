"""Open value by expected month, and the deals behind each bar."""

from __future__ import annotations

import streamlit as st

from kpi_engine.views.ask import Ask
from kpi_engine.views.expected import expected_deals_view
from kpi_engine.views.overview import Overview
from ui import columns
from ui.blocks import colours, escape, grid, nothing_to_show, table_behind
from ui.charts.expected import expected_figure
from ui.picking import picked_bar
from ui.session import cached


def expected_block(view: Overview, ask: Ask, symbol: str) -> None:
    """The chart; a click on a bar, or a choice beneath it, lists the deals of that month, all stages of it."""
    if view.expected.empty:
        nothing_to_show("No deal is open.", "What is expected when is told by open deals: there are none here now.")
        return
    bars = view.expected.drop_duplicates("bar").sort_values("bucket_order")
    names = {bar: bucket.replace("<br>", " ") for bar, bucket in zip(bars["bar"], bars["bucket"], strict=True)}
    figure = expected_figure(view.expected, colours(), symbol, st.session_state.get("due"))
    alt = "Open value by expected month, stacked by stage"
    picked = picked_bar(figure, alt, names, "due", "expected", "The deals behind a month")
    if picked:
        behind = cached(expected_deals_view, ask, picked)
        st.caption(escape(behind.sentence))
        grid(behind.deals, columns.expected_deals(symbol), "due_deals")
    table_behind(view.expected, columns.expected(symbol), "expected")
