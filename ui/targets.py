"""The people of the Targets page: how far each target is, how likely, what next, and the reviews that are due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import streamlit as st

from kpi_engine.agreements.targets import Agreement, Subject, TargetMovedOn, TargetVersion, review, subject
from kpi_engine.storage import Session
from kpi_engine.views.ask import Ask
from kpi_engine.views.target_goal import next_review
from kpi_engine.views.targets import SHOWN, Line, Person, Targets
from ui import columns
from ui.blocks import chart, colours, escape, notes
from ui.charts.targets import progress_figure
from ui.keys import slug
from ui.me import me, other_key
from ui.written import is_written

AGREE = "Agree on a target"
"""The tab on which a target is put on trial."""

Decide = Callable[[Session, Subject], TargetVersion]


def shown() -> str:
    """Which targets are chosen: on the first run the address says so before the choice is drawn."""
    return str(st.session_state.get("shown") or st.query_params.get("shown") or SHOWN[0])


def due_block(view: Targets, ask: Ask) -> None:
    """Reviews that are due stand first, each with the way to make it."""
    if not view.due:
        return
    with st.container(border=True, key="due"):
        st.markdown("**:material/event_busy: Reviews that are due**")
        for number, line in enumerate(view.due):
            told, button = st.columns([6, 1], vertical_alignment="center")
            told.markdown(f"**{escape(line.owner)}** · {_named(line)}: {escape(line.review)}. {escape(line.progress)}.")
            with button:
                _review(line, ask, f"due_{number}")


def people_block(view: Targets, ask: Ask) -> None:
    """Which targets, and everybody's, by name."""
    st.segmented_control(
        "Which targets",
        SHOWN,
        default=SHOWN[0],
        key="shown",
        required=True,
        bind="query-params",
        label_visibility="collapsed",
    )
    for person in view.people:
        person_block(person, ask)
    notes(view.notes)


def person_block(person: Person, ask: Ask) -> None:
    """One rep: the picture, then each target in words with the next step beside it."""
    with st.container(border=True, key=f"person_{slug(person.owner)}"):
        st.markdown(f"#### {escape(person.owner)}")
        chart(
            progress_figure(person.table, colours()),
            f"Targets of {person.owner}: how far each is, against its pace",
            person.table,
            columns.targets(),
            f"targets_{slug(person.owner)}",
        )
        for number, line in enumerate(person.lines):
            _line(line, ask, f"{slug(person.owner)}_{number}")


def _line(line: Line, ask: Ask, key: str) -> None:
    told, following, buttons = st.columns([5, 4, 1.6], gap="medium")
    with told:
        st.markdown(f"**{_named(line)}**: {escape(line.state)}, {escape(line.progress)}.")
        if line.realism:
            st.caption(escape(line.realism))
    with following:
        if line.next_step:
            st.markdown(f":material/arrow_forward: {escape(line.next_step)}")
        st.caption(escape(f"{line.agreed} {line.review[:1].upper()}{line.review[1:]}" + ("." if line.review else "")))
    with buttons:
        st.button(
            "Change" if line.is_agreed else "Agree",
            icon=":material/edit:",
            key=f"change_{key}",
            on_click=choose,
            args=(line.owner, line.kpi, line.period),
            width="stretch",
        )
        if line.is_agreed:
            _review(line, ask, key)


def _named(line: Line) -> str:
    return f"{escape(line.label)}, {escape(line.period)}"


def choose(owner: str, kpi: str, period: str) -> None:
    """Put one target on trial, on the tab beside."""
    state = st.session_state
    state["for_rep"], state["for_kpi"], state["for_period"], state["targets_tab"] = owner, kpi, period, AGREE
    state.pop("target_at", None)


def _review(line: Line, ask: Ask, key: str) -> None:
    """A review: what was said, and when to look again."""
    with (
        st.popover("Review", icon=":material/event_available:", width="stretch", key=f"review_{key}"),
        st.form(f"review_form_{key}", border=False),
    ):
        st.markdown(f"Keep **{escape(line.target_text)}** for {_named(line)}?")
        st.text_input("Reviewed with", me(), key=other_key(f"review_with_{key}"), max_chars=80)
        st.text_input("What was said", key=f"review_said_{key}", max_chars=300)
        st.date_input("Reviewed on", ask.as_of, key=f"review_on_{key}", format="YYYY-MM-DD")
        st.date_input("Next review", next_review(ask.as_of), key=f"review_next_{key}", format="YYYY-MM-DD")
        st.form_submit_button("Keep it", type="primary", key=f"keep_{key}", on_click=_reviewed, args=(line, key))


def _reviewed(line: Line, key: str) -> None:
    state = st.session_state
    said = agreement(
        by=line.owner,
        other=state.get(other_key(f"review_with_{key}")) or "",
        day=state.get(f"review_on_{key}"),
        why=state.get(f"review_said_{key}") or "",
        again=state.get(f"review_next_{key}"),
        seen=line.number,
    )
    decided(
        (line.owner, line.kpi, line.period),
        lambda session, about: review(session, about, said),
        f"{line.label}, {line.period}, {line.owner}: reviewed and kept.",
    )


def agreement(by: str, other: str, day: date | None, why: str, again: date | None, seen: int) -> Agreement:
    """What was typed, with who typed it and when."""
    now = datetime.now(UTC).replace(tzinfo=None)
    return Agreement(by, other, day or now.date(), why, again, me() or other or None, now, seen)


def decided(named: tuple[str, str, str], decide: Decide, done: str) -> None:
    """Write one decision; what became of it is said when the page is drawn again."""
    is_written(lambda session: decide(session, subject(session, *named)), done, TargetMovedOn)
