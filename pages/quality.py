"""Is the work good, or only much?"""

import streamlit as st

from kpi_engine.views.quality import PARTS, quality_view
from ui import columns
from ui.blocks import chart, colours, notes, nothing_to_show, opening
from ui.charts.quality import meetings_figure, weekly_figure
from ui.filters import asked
from ui.session import cached

view = cached(quality_view, asked())

if view.is_empty:
    nothing_to_show(
        "No activities in this period.",
        "Add an export of calls, meetings and emails, or choose a longer period.",
        page="data",
    )
    st.stop()

opening(view.sentence)
if view.has_meetings:
    st.subheader("Meetings held, and what they were worth", anchor=False)
    chart(
        meetings_figure(view.meetings, list(PARTS.values()), colours()),
        f"Meetings held per rep by quality. {view.sentence}",
        view.reps,
        columns.reps(),
        "meetings",
    )
    notes((view.meaning,))
else:
    nothing_to_show("No meetings were held in this period.", "Quality is judged on meetings, visits and hosted visits.")

if not view.weekly.empty:
    st.subheader("How much was done, week by week", anchor=False)
    chart(weekly_figure(view.weekly, colours()), "Activities per week by type", view.weekly, columns.weekly(), "weekly")
