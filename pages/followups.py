"""What must not slip?"""

import streamlit as st

from kpi_engine.views.followups import followups_view
from kpi_engine.views.words import symbol
from ui import columns
from ui.blocks import notes, opening
from ui.filters import asked
from ui.followups import deal_block, no_list, picked_list
from ui.session import cached

ask = asked()
view = cached(followups_view, ask)
money = symbol(ask.currency)

if view.state == "ok":
    opening(view.sentence)
    picked_list(view.deals, columns.followups(money), "followups")
    st.download_button(
        "Download as CSV", view.file, file_name="follow-ups.csv", mime="text/csv", icon=":material/download:"
    )
    notes(view.notes)
else:
    no_list(view)
notes(view.missing)

if not view.movers.empty:
    st.subheader("Would move the KPIs most", anchor=False)
    notes(("Open deals by the expected value each would gain at its next milestone.",))
    picked_list(view.movers, columns.next_milestone(money), "movers")

if view.choices:
    deal_block(view, ask)
