"""Is the work good, or only much?"""

from collections.abc import Callable

import streamlit as st

from kpi_engine.views.ask import Ask
from ui.filters import asked
from ui.quality import exceptions_tab, funnel_tab, meetings_tab, path_tab, rule_switch, rule_tab, yields_tab

TABS: dict[str, Callable[[Ask, str], None]] = {
    "Meetings": meetings_tab,
    "Funnel": funnel_tab,
    "Much or good": path_tab,
    "Exceptions": exceptions_tab,
    "What pays": yields_tab,
    "The rule": rule_tab,
}

ask = asked()
rule = rule_switch(ask)
for block, tab in zip(
    TABS.values(), st.tabs(list(TABS), key="quality_tab", on_change="rerun", bind="query-params"), strict=True
):
    # Only the open tab is worked out.
    if tab.open:
        with tab:
            block(ask, rule)
