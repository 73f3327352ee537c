"""When is our year won?"""

import streamlit as st

from ui.filters import asked
from ui.months import booking_tab, planner_tab, year_tab

ask = asked().at_one_day()
year, booking, planner = st.tabs(
    ["Year", "Booking curve", "Planner"], key="months_tab", on_change="rerun", bind="query-params"
)
# Only the open tab is worked out.
if year.open:
    with year:
        year_tab(ask)
if booking.open:
    with booking:
        booking_tab(ask)
if planner.open:
    with planner:
        planner_tab(ask)
