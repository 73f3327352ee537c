"""What was imported, with a way back; what is in the store, with a way out."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from kpi_engine import workspace
from kpi_engine.ingest.report import is_undated
from kpi_engine.ingest.shapes import ImportReport
from kpi_engine.ingest.templates import template
from kpi_engine.names import Kind
from kpi_engine.views.export import export_csv, export_xlsx
from kpi_engine.views.store import KIND_WORDS, Imported, StoreContents, counts_of, remarks, undone, was_not_taken
from ui import columns
from ui.blocks import escape, grid, notes, remark_list
from ui.session import store, who
from ui.uploads import forget_reports

_SHOWN, _UNDONE = 12, "undone"
_STATES = {
    "committed": ("success", ":material/check_circle:"),
    "already_imported": ("info", ":material/history:"),
    "needs_answer": ("warning", ":material/help:"),
    "rejected": ("error", ":material/error:"),
    "not_used": ("info", ":material/do_not_disturb_on:"),
}


def reports_block(reports: list[ImportReport]) -> None:
    """What became of each file, the counts that add up to the rows read, and every line that was not taken."""
    for number, report in enumerate(reports):
        box, icon = _STATES["needs_answer" if is_undated(report) else report.status]
        if report.status == "committed" and report.rejected:
            box, icon = "warning", ":material/warning:"
        getattr(st, box)(f"**{escape(report.file)}**: {escape(report.message)}", icon=icon)
        remark_list(remarks(report.issues))
        if report.issues and was_not_taken(report):
            st.download_button(
                "What was not taken, and why (CSV)",
                partial(workspace.rejects_csv, report),
                file_name=f"not_taken_{number + 1}.csv",
                mime="text/csv",
                icon=":material/download:",
                key=f"rejects_{number}",
                on_click="ignore",
            )
    counted = counts_of(reports)
    if not counted.empty:
        grid(counted, columns.counts(), "counts")


def history_block(contents: StoreContents, can_undo: bool) -> None:
    """The imports, newest first; each can be undone in one click, and a sentence says that it was."""
    if (taken_out := st.session_state.pop(_UNDONE, None)) is not None:
        file, told = taken_out
        said = f"**{escape(file)}** was taken out again, and everything counted anew. {escape(told)}"
        st.success(said.rstrip(), icon=":material/undo:")
    if not contents.imports:
        st.caption("Nothing was imported yet.")
        return
    for one in contents.imports[:_SHOWN]:
        _line(one, can_undo)
    if len(contents.imports) > _SHOWN:
        with st.expander("Older imports"):
            for one in contents.imports[_SHOWN:]:
                _line(one, can_undo)


def _line(one: Imported, can_undo: bool) -> None:
    name, what, told, listed, undo = st.columns([4, 4, 3, 2, 2], vertical_alignment="center")
    name.text(one.file)
    what.text(one.what)
    told.text(one.told)
    if one.has_issues:
        listed.download_button(
            "List",
            lambda: workspace.rejects_csv(one.import_id, store()),
            file_name=f"not_taken_{one.import_id}.csv",
            mime="text/csv",
            icon=":material/download:",
            key=f"list_{one.import_id}",
            on_click="ignore",
            help="What was not taken, and why",
        )
    if can_undo:
        undo.button("Undo", icon=":material/undo:", key=f"undo_{one.import_id}", on_click=_undo, args=(one,))


def _undo(one: Imported) -> None:
    own = store("own")
    before = workspace.store_as_of(own.read())
    workspace.undo_import(own, one.import_id)
    forget_reports()
    # Kept for the next run: what a callback shows itself is gone before the page is drawn again.
    st.session_state[_UNDONE] = (one.file, undone(own.read(), before))


def held_block(contents: StoreContents) -> None:
    """What is in the store, and everything of it to take away."""
    if contents.held.empty:
        st.caption("The store is empty.")
        return
    grid(contents.held, columns.held(), "held")
    notes(contents.notes)
    with st.container(horizontal=True):
        here, viewer = store(), who()
        _download("Everything as CSV (ZIP)", lambda: export_csv(here.read(), viewer), "tideline.zip", "application/zip")
        _download(
            "Everything as XLSX",
            lambda: export_xlsx(here.read(), viewer),
            "tideline.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        )


def _download(label: str, made: Any, name: str, mime: str) -> None:
    st.download_button(
        label,
        made,
        file_name=name,
        mime=mime,
        icon=":material/download:",
        key=f"download_{name}",
        on_click="ignore",
    )


def templates_block() -> None:
    """A file to start from for each kind, for those who keep a spreadsheet."""
    st.caption("No CRM? Start from a template: it opens in any spreadsheet and holds two example rows.")
    with st.container(horizontal=True):
        for kind in Kind:
            _download(KIND_WORDS[kind], template(kind), f"template_{kind.value}.csv", "text/csv")
