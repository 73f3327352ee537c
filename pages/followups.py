"""What must not slip?"""

import streamlit as st

from kpi_engine.views.followups import followups_view
from kpi_engine.views.words import symbol
from ui import columns
from ui.blocks import notes, opening
from ui.filters import asked
from ui.followups import deal_block, no_list, picked_list
from ui.session import cached

ask = asked().at_one_day()
view = cached(followups_view, ask)
money = symbol(ask.currency)

if view.sentence:
    opening(view.sentence)
slipping, movers = st.tabs(["Must not slip", "Would move the KPIs most"])
with slipping:
    if view.state == "ok":
        picked_list(view.deals, columns.followups(money), "followups")
        st.download_button(
            "Download this list",
            view.file,
            file_name="follow-ups.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
    else:
        no_list(view)
with movers:
    notes((view.movers_note,))
    if not view.movers.empty:
        picked_list(view.movers, columns.next_milestone(money), "movers")
if view.choices:
    deal_block(view, ask)
notes(view.notes + view.missing)
