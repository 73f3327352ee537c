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

ask = asked().at_one_day()
for block, tab in zip(
    TABS.values(), st.tabs(list(TABS), key="tab", on_change="rerun", bind="query-params"), strict=True
):
    # Only the open tab is worked out.
    if tab.open:
        with tab:
            block(ask)
