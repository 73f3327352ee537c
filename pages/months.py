"""When is our year won?"""

import streamlit as st

from kpi_engine.views.months import KPIS, LABELS, months_view
from kpi_engine.views.words import symbol
from ui import columns
from ui.blocks import chart, colours, notes, nothing_to_show, opening
from ui.charts.season import season_figure
from ui.filters import asked
from ui.session import cached

ask = asked()
kpi = st.session_state.get("months_of") or KPIS[0]
view = cached(months_view, ask, kpi)

if view.is_empty:
    nothing_to_show(f"{LABELS[kpi]}: nothing to show.", view.why_empty, page="data")
opening(view.sentence)
st.segmented_control(
    "Show",
    KPIS,
    default=KPIS[0],
    format_func=LABELS.__getitem__,
    key="months_of",
    required=True,
    bind="query-params",
    label_visibility="collapsed",
)
if view.is_empty:
    st.stop()
chart(
    season_figure(view.cells, view.means, colours(), symbol(ask.currency) if view.is_money else ""),
    f"{LABELS[kpi]} by year and month. {view.sentence}",
    view.cells,
    columns.months(LABELS[kpi]),
    "season",
)
notes((view.meaning,))
