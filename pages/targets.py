"""Are our targets real?"""

import streamlit as st

from kpi_engine.views.targets import targets_view
from ui.blocks import nothing_to_show, opening
from ui.filters import asked
from ui.me import ask_my_name
from ui.session import cached
from ui.target_form import agree_block
from ui.targets import AGREE, due_block, people_block, shown
from ui.written import told

ask = asked().at_one_day()
view = cached(targets_view, ask, shown())
told()

if view.is_empty:
    nothing_to_show(
        "Nobody to agree with here.",
        "Nothing matches the filters, or the exports name no reps: add an export of deals with their owners.",
        page="data",
    )
    st.stop()

opening(view.sentence)
due_block(view, ask)
targets, agree = st.tabs(["Targets", AGREE], key="targets_tab", on_change="rerun", bind="query-params")
# Only the open tab is worked out.
if targets.open:
    with targets:
        people_block(view, ask)
if agree.open:
    with agree:
        ask_my_name()
        agree_block(view, ask)
