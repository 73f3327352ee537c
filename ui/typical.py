"""The switch that values open deals without an amount at the typical won amount, and what it shows."""

from __future__ import annotations

import streamlit as st

from kpi_engine.views.ask import Ask
from kpi_engine.views.typical import typical_view
from ui import columns
from ui.blocks import chart, colours, escape
from ui.charts.typical import typical_figure
from ui.session import cached, who


def typical_block(ask: Ask, symbol: str) -> None:
    """Nothing where every open deal carries an amount, or where the screen is shared: what others won is not shown
    there, not even as a mean."""
    if who().is_sharing:
        return
    view = cached(typical_view, ask)
    if not view.n:
        return
    is_on = st.toggle(
        "Value deals without an amount at the typical won amount",
        key="typical",
        bind="query-params",
        help="An estimate, kept apart: the three numbers above stay as they are.",
    )
    if not is_on:
        return
    st.caption(escape(view.sentence))
    if not view.bars.empty:
        figure = typical_figure(view.bars, colours(), symbol)
        chart(figure, view.sentence, view.stages, columns.typical(symbol), "typical_chart")
