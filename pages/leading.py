"""Which activity is followed by results?"""

import streamlit as st

from kpi_engine.views.leading import leading_view
from ui import columns
from ui.blocks import chart, colours, grid, notes, nothing_to_show, opening
from ui.charts.leading import lag_figure, series_figure
from ui.filters import asked
from ui.session import cached

ask = asked()
view = cached(leading_view, ask, st.session_state.get("activity") or "")

if view.is_empty:
    nothing_to_show(
        "Activities and won deals are both needed here.",
        "Add an export of activities next to your deals: calls, meetings, emails with their dates.",
        page="data",
    )
    st.stop()

opening(view.sentence)
names = (view.labels[view.kpi], "Won deals")
picked = st.selectbox(
    "Activity",
    list(view.labels),
    index=None,
    placeholder=view.labels[view.kpi],
    key="activity",
    bind="query-params",
    format_func=view.labels.__getitem__,
    width=280,
)
chart(
    series_figure(view.weeks, names, colours()),
    f"{names[0]} and won deals per week",
    view.weeks,
    columns.series(*names),
    "series",
)
if not view.lags.empty:
    st.subheader("How many weeks later", anchor=False)
    st.plotly_chart(
        lag_figure(view.lags, view.chance, colours()),
        theme=None,
        key="lags",
        alt=view.sentence,
        config={"displayModeBar": False},
    )
st.subheader("All activities", anchor=False)
grid(view.all, columns.verdicts(), "verdicts")
notes((view.caveat,))
