"""What should we talk about?"""

import streamlit as st

from kpi_engine.views.one_on_one import one_on_one_view
from ui.blocks import nothing_to_show
from ui.filters import asked
from ui.meeting_notes import agreed_block, notes_block
from ui.one_on_one import (
    changed_block,
    chooser,
    deals_block,
    indicators_block,
    quality_block,
    questions_block,
    results_block,
)
from ui.session import cached

view = cached(one_on_one_view, asked().at_one_day())
if not view.owner:
    chooser(view)
    st.stop()

if view.is_empty:
    nothing_to_show(
        "Nothing of this person is in the data yet.",
        "Their deals and activities appear with the next import. Notes and actions can be written down all the same.",
        page="data",
    )
else:
    changed_block(view)
    indicators_block(view)
    quality_block(view)
    deals_block(view)
    results_block(view)
questions_block(view)
agreed_block(view)
notes_block(view)
