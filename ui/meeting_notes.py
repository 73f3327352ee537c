"""What the two agree on, and the manager's notes: written in forms that need no mouse, Enter saves.

What is typed belongs to the rep it was typed about: the keys of the boxes know whose they are.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import streamlit as st

from kpi_engine.agreements.meetings import (
    MeetingMovedOn,
    Said,
    agree_action,
    change_action,
    change_meeting,
    drop_action,
    finish_action,
    hold,
    remove_meeting,
)
from kpi_engine.storage import Session
from kpi_engine.views.one_on_one import Action, Meeting, OneOnOne, meeting_day
from ui.blocks import escape
from ui.keys import slug
from ui.me import ask_my_name, me
from ui.session import showing
from ui.written import is_written, told

_WHAT, _WHO, _DUE = "action_what", "action_who", "action_due"
_HELD, _NOTES, _UNSAVED = "meeting_held", "meeting_notes", "meeting_unsaved"
_A_FORTNIGHT = timedelta(days=14)


def agreed_block(view: OneOnOne) -> None:
    """Agreed actions: both's, so they stay on a shared screen. Open ones are carried over until they are done."""
    st.subheader("What we agreed", anchor=False)
    told()
    if showing() == "sample":
        st.caption("This is the sample: write what you like, nothing of yours changes.")
    ask_my_name()
    for action in view.actions:
        _action(action, view)
    if not view.actions:
        st.text("Nothing is open.")
    _agree(view)


def _action(action: Action, view: OneOnOne) -> None:
    key = f"large_action_{action.action_id}"
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=key):
        due = escape(action.due)
        when = f":orange-badge[:material/schedule: {due}]" if action.state == "overdue" else due
        st.markdown(f"**{escape(action.what)}**  \n{escape(action.who)}, {when}", width="stretch")
        st.button(
            "Done",
            key=f"done_{action.action_id}",
            icon=":material/check:",
            help=escape(action.what),
            on_click=_finish,
            args=(action, _today(view)),
        )
        with st.popover("Change", icon=":material/edit:", key=f"change_{action.action_id}"):
            _change(action)


def _change(action: Action) -> None:
    """Say it otherwise, or drop it. What is typed belongs to the version it was typed over."""
    key = f"{action.action_id}_{action.seen}"
    with st.form(f"form_{key}", border=False):
        if action.is_masked:
            st.caption("It names somebody else: its words can be changed when the screen is yours again.")
        st.text_input("What", value=action.what, key=f"what_{key}", max_chars=300, disabled=action.is_masked)
        st.text_input("Who", value=action.who, key=f"who_{key}", max_chars=80, disabled=action.is_masked)
        st.date_input("Until", value=action.due_date, key=f"due_{key}", format="YYYY-MM-DD")
        st.form_submit_button("Save", type="primary", on_click=_save_action, args=(action, key))
    st.button("Not needed any more", key=f"drop_{key}", on_click=_drop, args=(action,))


def _agree(view: OneOnOne) -> None:
    day, key = _today(view), slug(view.owner)
    with st.form("agree", enter_to_submit=True):
        st.markdown("**Agree on something**")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input("What", key=f"{_WHAT}_{key}", placeholder="One thing to do", max_chars=300, width="stretch")
            st.text_input("Who", key=f"{_WHO}_{key}", placeholder="Who does it", max_chars=80, width=200)
            st.date_input("Until", value=day + _A_FORTNIGHT, key=f"{_DUE}_{key}", format="YYYY-MM-DD", width=150)
            st.form_submit_button("Agree", icon=":material/handshake:", on_click=_add_action, args=(view,))


def notes_block(view: OneOnOne) -> None:
    """The manager's notes of this meeting and of those before; a shared screen has none of it."""
    if view.is_shared:
        return
    st.subheader("Notes", anchor=False)
    if unsaved := st.session_state.get(f"{_UNSAVED}_{slug(view.owner)}"):
        with st.container(border=True):
            st.caption("Yours, not saved: take from it what still holds.")
            st.text(unsaved)
    running = view.running
    key = f"{running.meeting_id}_{running.seen}" if running else f"new_{slug(view.owner)}"
    with st.form("notes"):
        day = running.held_on if running else _today(view)
        st.date_input("Meeting of", value=day, key=f"{_HELD}_{key}", format="YYYY-MM-DD", width=150)
        st.text_area(
            "Notes",
            value=running.notes if running else "",
            key=f"{_NOTES}_{key}",
            placeholder="What was said. They stay with you: a shared screen does not show them.",
            height=140,
        )
        st.form_submit_button(
            "Save notes", type="primary", icon=":material/save:", on_click=_save_notes, args=(view, running, key)
        )
    for meeting in view.meetings:
        if running is None or meeting.meeting_id != running.meeting_id:
            _past(meeting, view)


def _past(meeting: Meeting, view: OneOnOne) -> None:
    with st.expander(escape(meeting.title), icon=":material/history:"):
        key = f"{meeting.meeting_id}_{meeting.seen}"
        st.text(meeting.notes)
        for action in meeting.agreed:
            st.markdown(f"{escape(action.what)} ({escape(action.who)}, {escape(action.due)})")
        with st.popover("Change", icon=":material/edit:"):
            with st.form(f"meeting_{key}", border=False):
                st.date_input("Meeting of", value=meeting.held_on, key=f"{_HELD}_{key}", format="YYYY-MM-DD")
                st.text_area("Notes", value=meeting.notes, key=f"{_NOTES}_{key}", height=200)
                st.form_submit_button("Save", type="primary", on_click=_rewrite, args=(view, meeting, key))
            st.button("Remove these notes", key=f"remove_{key}", on_click=_remove, args=(meeting,))


def _today(view: OneOnOne) -> date:
    return meeting_day(view.as_of, date.today())


# --- what a press does ---------------------------------------------------------------------------------------------


def _said(seen: int | None = None) -> Said:
    return Said(me(), datetime.now(UTC).replace(tzinfo=None), seen)


def _add_action(view: OneOnOne) -> None:
    state, said, key = st.session_state, _said(), slug(view.owner)
    running = view.running.meeting_id if view.running else None
    what, doer = state.get(f"{_WHAT}_{key}") or "", state.get(f"{_WHO}_{key}") or ""
    due = state.get(f"{_DUE}_{key}") or _today(view) + _A_FORTNIGHT
    if is_written(lambda s: agree_action(s, view.owner, running, what, doer, due, said), "Agreed.", MeetingMovedOn):
        state[f"{_WHAT}_{key}"] = ""


def _finish(action: Action, day: date) -> None:
    said = _said(action.seen)
    is_written(lambda s: finish_action(s, action.action_id, day, said), f"Done: {action.what}", MeetingMovedOn)


def _save_action(action: Action, key: str) -> None:
    state, said = st.session_state, _said(action.seen)
    what, doer = (None, None) if action.is_masked else (state[f"what_{key}"], state[f"who_{key}"])
    due = state[f"due_{key}"] or action.due_date
    is_written(lambda s: change_action(s, action.action_id, what, doer, due, said), "Changed.", MeetingMovedOn)


def _drop(action: Action) -> None:
    said = _said(action.seen)
    is_written(lambda s: drop_action(s, action.action_id, said), f"Dropped: {action.what}", MeetingMovedOn)


def _save_notes(view: OneOnOne, running: Meeting | None, key: str) -> None:
    if running is not None:
        _rewrite(view, running, key)
        return
    state, said = st.session_state, _said()
    day, notes = state[f"{_HELD}_{key}"] or _today(view), state[f"{_NOTES}_{key}"]
    if _is_saved(view, lambda s: hold(s, view.owner, day, notes, said), notes):
        state[f"{_NOTES}_{key}"] = ""


def _rewrite(view: OneOnOne, meeting: Meeting, key: str) -> None:
    state, said = st.session_state, _said(meeting.seen)
    day, notes = state[f"{_HELD}_{key}"] or meeting.held_on, state[f"{_NOTES}_{key}"]
    _is_saved(view, lambda s: change_meeting(s, meeting.meeting_id, day, notes, said), notes)


def _is_saved(view: OneOnOne, write: Callable[[Session], object], notes: str) -> bool:
    """Save notes; what could not be saved is kept in sight, for the form goes on with what stands in the store."""
    is_saved = is_written(write, "Notes saved.", MeetingMovedOn)
    st.session_state[f"{_UNSAVED}_{slug(view.owner)}"] = "" if is_saved else notes
    return is_saved


def _remove(meeting: Meeting) -> None:
    said = _said(meeting.seen)
    is_written(lambda s: remove_meeting(s, meeting.meeting_id, said), "Notes removed.", MeetingMovedOn)
