"""Are our targets real?"""

import streamlit as st

from kpi_engine.views.targets import SHOWN, targets_view
from ui.blocks import notes, nothing_to_show, opening
from ui.filters import asked
from ui.me import ask_my_name
from ui.session import cached
from ui.target_form import agree_block
from ui.targets import due_block, person_block, said_block

ask = asked()
view = cached(targets_view, ask, st.session_state.get("shown") or SHOWN[0])
said_block()

if view.is_empty:
    nothing_to_show(
        "Nobody to agree with here.",
        "Nothing matches the filters, or the exports name no reps: add an export of deals with their owners.",
        page="data",
    )
    st.stop()

opening(view.sentence)
with st.container(horizontal=True, vertical_alignment="bottom", key="targets_bar"):
    st.segmented_control("Which targets", SHOWN, default=SHOWN[0], key="shown", required=True, bind="query-params")
    ask_my_name()

due_block(view, ask)
for person in view.people:
    person_block(person, ask)
notes(view.notes)
agree_block(view, ask)
