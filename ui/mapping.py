"""The mapping screen: what a file seems to be, what is uncertain about it, and how its first rows will be
understood."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Literal

import pandas as pd
import streamlit as st

from kpi_engine import workspace
from kpi_engine.ingest.report import is_undated
from kpi_engine.ingest.shapes import Answers, ImportStatus, Question, Upload
from kpi_engine.names import Kind
from kpi_engine.views.answering import answer_to, answered, columns_of, dated, mapped, understood
from kpi_engine.views.store import KIND_WORDS, rejected_lines, remarks, unreadable
from kpi_engine.views.words import NOTHING, day
from kpi_engine.workspace import Preview
from ui import columns
from ui.blocks import escape, grid, remark_list
from ui.uploads import answers_for, asked, decide, leave_out, previewed

_SHOWN, _SO_HIGH = 6, 66
_ICONS = {
    "committed": (":material/check_circle:", "ready"),
    "already_imported": (":material/history:", "is in already"),
    "needs_answer": (":material/help:", "needs an answer"),
    "rejected": (":material/error:", "cannot be used"),
    "not_used": (":material/do_not_disturb_on:", "is left out"),
}


def file_card(upload: Upload) -> ImportStatus:
    """One file that waits. Returns what an import would make of it as things stand."""
    with st.spinner("Reading…"):
        seen = previewed(upload)
    icon, state = _ICONS[seen.report.status]
    key = f"{upload.path.name[:12]}_{upload.name}"
    with st.container(border=True, key=f"file_{upload.path.name[:12]}"):
        if seen.report.status == "committed" and seen.report.rejected:
            icon, state = ":material/warning:", unreadable(seen.report)
        _title(upload, f"{icon} **{escape(upload.name)}** {state}", key)
        if seen.report.status == "committed":
            st.text(_understood_as(seen))
        elif seen.report.message and seen.report.status != "needs_answer":
            st.text(seen.report.message)
        if seen.detection is None or seen.report.status == "already_imported":
            return seen.report.status
        # While a question is open, what can be said of single lines depends on the answer.
        is_asking = seen.report.status == "needs_answer"
        remark_list(remarks([issue for issue in seen.report.issues if issue.line is None or not is_asking]))
        if seen.report.rejected and not is_asking:
            _rejected(seen, key)
        _kind(upload, seen, key)
        open_now = (*seen.report.questions, *_own_questions(seen), *seen.settled, *seen.choices)
        for question in asked(upload, open_now, seen.answers):
            _ask(upload, question, seen.answers, key)
        if is_undated(seen.report):
            _day_of_export(upload, f"day_{key}")
        if seen.detection.kind is not None:
            _details(upload, seen, key)
    return seen.report.status


def _title(upload: Upload, words: str, key: str) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(words, width="content")
        st.button(
            "Leave out",
            key=f"leave_{key}",
            help="Take this file off the page. Nothing in the store changes.",
            icon=":material/close:",
            type="tertiary",
            on_click=leave_out,
            args=(upload,),
        )


def import_button(uploads: Sequence[Upload], states: Sequence[ImportStatus], on_click: Callable[[], None]) -> bool:
    """The button beneath the cards, where one of them can be imported or could be; says whether it was pressed."""
    ready = states.count("committed")
    waiting = ready + states.count("needs_answer") + states.count("rejected")
    if not waiting:
        return False
    of = f"{ready} of {waiting}" if 0 < ready < waiting else f"{waiting}"
    label = f"Import {of} files" if waiting > 1 else "Import this file" if len(uploads) == 1 else "Import 1 file"
    return st.button(label, type="primary", disabled=not ready, on_click=on_click, key="import")


def _rejected(seen: Preview, key: str) -> None:
    """The lines that would not be taken, said before anything is imported."""
    lines = rejected_lines(seen.report)
    shown = lines.head(_SHOWN)
    first = f"The first {len(shown)} lines that cannot be read" if len(shown) < len(lines) else ""
    st.caption(first or "The lines that cannot be read")
    grid(shown, columns.rejected_lines(), f"unread_{key}", row_height=_SO_HIGH)
    st.download_button(
        "The whole list (CSV)",
        partial(workspace.rejects_csv, seen.report),
        file_name="not_taken.csv",
        mime="text/csv",
        icon=":material/download:",
        key=f"unread_list_{key}",
        on_click="ignore",
    )


def _own_questions(seen: Preview) -> tuple[Question, ...]:
    """Blocking questions of a file that is refused or not used yet stand in its detection."""
    asked = {question.id for question in seen.report.questions}
    return tuple(
        q for q in (seen.detection.questions if seen.detection else ()) if q.id not in asked and q.id != "kind"
    )


def _understood_as(seen: Preview) -> str:
    kind, crm = seen.report.kind, seen.report.crm
    what = KIND_WORDS[kind] if kind else ""
    source = f", exported by {crm.replace('_', ' ').title()}" if crm else ""
    as_of = f", as of {day(seen.report.as_of)}" if seen.report.as_of and kind is Kind.DEALS else ""
    return f"{what}{source}{as_of}. {seen.report.message.replace(' imported', ' can be imported', 1)}"


def _kind(upload: Upload, seen: Preview, key: str) -> None:
    if seen.detection is None or (seen.report.status == "committed" and seen.detection.confidence >= 0.9):
        return
    kinds = list(Kind)
    found = seen.detection.kind
    st.selectbox(
        "What is in this file?",
        kinds,
        index=kinds.index(found) if found else None,
        placeholder="Choose",
        format_func=KIND_WORDS.__getitem__,
        key=f"kind_{key}",
        width=260,
        on_change=_settle,
        args=(upload, "kind", f"kind_{key}"),
    )


def _ask(upload: Upload, question: Question, answers: Answers, key: str) -> None:
    place = f"q_{question.id}_{key}"
    labels = {option.value: escape(option.label) for option in question.options}
    now = answer_to(question, answers)
    if now is None and not question.must:
        now = question.suggested
    st.radio(
        escape(question.text),
        list(labels),
        index=list(labels).index(now) if now in labels else None,
        format_func=labels.__getitem__,
        key=place,
        on_change=_settle,
        args=(upload, question.id, place),
    )


def _settle(upload: Upload, question_id: str, place: str) -> None:
    value = st.session_state.get(place)
    if value is not None:
        decide(upload, answered(answers_for(upload), question_id, value))


def _day_of_export(upload: Upload, place: str) -> None:
    """Asked of deals without a date; nothing waits for the answer."""
    st.date_input(
        "Which day does this export show?",
        value=None,
        format="YYYY-MM-DD",
        key=place,
        width=260,
        on_change=_take_day,
        args=(upload, place),
    )


def _take_day(upload: Upload, place: str) -> None:
    decide(upload, dated(answers_for(upload), st.session_state[place]))


def _details(upload: Upload, seen: Preview, key: str) -> None:
    is_asking = seen.report.status == "needs_answer"
    # What the rows mean is not shown as settled before it is.
    are_plain = is_asking or not seen.understood
    title = "First rows, as they stand in the file" if are_plain else "First rows, as they will be understood"
    with st.expander(title, expanded=seen.report.status != "committed"):
        for what, rows in {} if is_asking else understood(seen).items():
            st.dataframe(rows, hide_index=True, height=_height(rows), placeholder=NOTHING, key=f"rows_{what}_{key}")
        if are_plain:
            head = pd.DataFrame(list(seen.head), columns=_unique(seen.header))
            st.dataframe(head, hide_index=True, height=_height(head), key=f"head_{key}")
    with st.expander("Columns", expanded=seen.report.status == "rejected"):
        _columns(upload, seen, key)


def _height(rows: pd.DataFrame) -> int | Literal["content"]:
    """Room for five rows, and no empty ones."""
    return 212 if len(rows) > 5 else "content"


def _unique(header: tuple[str, ...]) -> list[str]:
    return [name if header.index(name) == i else f"{name} ({i + 1})" for i, name in enumerate(header)]


def _columns(upload: Upload, seen: Preview, key: str) -> None:
    detection = seen.detection
    if detection is None:
        return
    with st.form(f"columns_{key}", border=False):
        st.caption("Which column of the file is which. What was found is filled in; change what is wrong.")
        known, always = columns_of(detection), detection.constants
        chosen: dict[str, int | None] = {}
        found, missing = st.tabs(["Found", "Not in this file"])
        for tab, group in (
            (found, [c for c in known if c[2] is not None or c[3]]),
            (missing, [c for c in known if c[2] is None and not c[3]]),
        ):
            places = tab.columns(4)
            for i, (name, label, position, is_needed) in enumerate(group):
                chosen[name] = places[i % 4].selectbox(
                    f"{label} (needed)" if is_needed else label,
                    range(len(seen.header)),
                    index=position,
                    placeholder=f"always {always[name]}" if name in always else "not in this file",
                    format_func=seen.header.__getitem__,
                    key=f"col_{name}_{key}",
                )
        as_of = None
        if detection.kind is Kind.DEALS:
            as_of = st.date_input(
                "As of: the day this export shows",
                value=seen.report.as_of,
                format="YYYY-MM-DD",
                key=f"asof_{seen.report.as_of}_{key}",
                width=260,
            )
        if st.form_submit_button("Use these columns"):
            wanted = mapped(answers_for(upload), detection, seen.header, chosen)
            decide(
                upload,
                dated(
                    wanted,
                    as_of if isinstance(as_of, date) and as_of != seen.report.as_of else wanted.as_of,
                ),
            )
            st.rerun()
