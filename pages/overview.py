"""What is our work worth?"""

import streamlit as st

from kpi_engine.views.balance import HOW_SURE
from kpi_engine.views.overview import overview_view
from kpi_engine.views.words import symbol
from ui import columns
from ui.blocks import alarms, chart, colours, grid, headline_row, notes, nothing_to_show, opening
from ui.charts.trend import open_deals_figure, trend_figure
from ui.expected import expected_block
from ui.filters import asked
from ui.movement import chances_switch, chosen_chances, movement_block
from ui.session import cached
from ui.typical import typical_block

ask = asked()
view = cached(overview_view, ask, chosen_chances())
money = symbol(ask.currency)

if view.is_empty:
    nothing_to_show(
        "No deals here.",
        "Nothing matches the filters, or only activities were imported: add an export of deals.",
        page="data",
    )
    st.stop()

opening(view.sentence)
headline_row(view.headlines)
alarms(view.alarms, HOW_SURE)
notes(view.notes)
typical_block(ask, money)

if not view.has_amounts:
    figure = open_deals_figure(view.trend, colours(), view.undated)
    chart(figure, view.sentence, view.trend, columns.open_deals(), "open", "Open deals, week by week")
    st.stop()

figure = trend_figure(view.trend, colours(), money, view.re_set)
alt = f"Total value, expected value and EV/TV at the end of each week. {view.sentence}"
st.subheader("Week by week", anchor=False)
chances_switch(view)
chart(figure, alt, view.trend, columns.trend(money), "trend")

st.subheader("Why expected value moved", anchor=False)
movement_block(view, money)

st.subheader("When the open value is expected", anchor=False)
expected_block(view, ask, money)

st.subheader("The deals that moved expected value most", anchor=False)
grid(view.movers, columns.movers(money), "movers")
