"""What should we do today for next quarter?"""

import streamlit as st

from kpi_engine.views.leading import leading_view
from ui.blocks import nothing_to_show
from ui.filters import asked
from ui.leading import board_tab, signals_tab
from ui.session import cached

ask = asked().at_one_day()
view = cached(leading_view, ask)

if view.is_empty:
    nothing_to_show(
        view.why_empty,
        "Add an export of activities next to your deals: calls, meetings, emails with their dates.",
        page="data",
    )
    st.stop()

signals, board = st.tabs(["Signals", "Whole board"], key="leading_tab", on_change="rerun", bind="query-params")
if signals.open:
    with signals:
        signals_tab(view)
if board.open:
    with board:
        board_tab(view, ask)
