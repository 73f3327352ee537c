"""What will this month bring, and how sure are we?"""

from collections.abc import Callable

import streamlit as st

from kpi_engine.views.ask import Ask
from ui.chances import chances_block
from ui.filters import asked
from ui.forecast import forecast_block
from ui.milestones import milestones_block
from ui.track_record import track_block

TABS: dict[str, Callable[[Ask], None]] = {
    "Forecast": forecast_block,
    "Track record": track_block,
    "Win chances": chances_block,
    "Milestones": milestones_block,
}
"""Tab -> the block that draws it; only the chosen one is computed."""

ask = asked()
tab = st.segmented_control(
    "Show",
    list(TABS),
    default=next(iter(TABS), None),
    key="tab",
    required=True,
    bind="query-params",
    label_visibility="collapsed",
)
if tab is not None:
    TABS[tab](ask)
