"""Which files do the numbers come from?"""

import streamlit as st

from kpi_engine.views.store import store_view
from ui.blocks import opening, page_file
from ui.history import held_block, history_block, reports_block, templates_block
from ui.mapping import file_card, import_button
from ui.session import showing, store
from ui.shell import show_own
from ui.uploads import empty_uploader, forget_reports, import_all, incoming, reports, uploader_key

is_own = showing() == "own"
contents = store_view(store())
opening(contents.sentence)
if not is_own:
    st.text("Your own files go into a store of their own: the sample stays as it is, and the two never mix.")

dropped = st.file_uploader(
    "Drop the exports of your CRM here: deals, stage history, activities, targets. Several at once, in any order.",
    type=["csv", "tsv", "txt", "xlsx"],
    accept_multiple_files=True,
    key=uploader_key(),
    on_change=forget_reports,
)
uploads = incoming(dropped)
if dropped:
    empty_uploader()
    st.rerun()
if import_button(uploads, [file_card(upload) for upload in uploads], on_click=show_own):
    import_all(uploads)
    st.rerun()
reports_block(reports())
if contents.as_of is not None and any(report.status == "committed" for report in reports()):
    st.page_link(page_file("overview"), label="See the numbers", icon=":material/arrow_forward:")

st.subheader("What was imported", anchor=False)
history_block(contents, can_undo=is_own)
st.subheader("What is in the store", anchor=False)
held_block(contents)
st.subheader("Templates", anchor=False)
templates_block()
