"""One rep's one-on-one, large enough to be read from a metre away: what changed, what leads, what to talk about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import streamlit as st

from kpi_engine.names import Status
from kpi_engine.views.one_on_one import OneOnOne
from kpi_engine.views.one_on_one_facts import Indicator
from kpi_engine.views.sheet import safe_name
from kpi_engine.views.sheet_html import sheet_html
from kpi_engine.views.sheet_pdf import sheet_pdf
from ui.blocks import escape, nothing_to_show, opening
from ui.keys import slug

_CHOSEN = "one_on_one_rep"
_A_ROW = 3


def chooser(view: OneOnOne) -> None:
    """With no rep chosen: one calm question."""
    if not view.reps:
        nothing_to_show("Nobody is named in these files.", "Import deals or activities with their owner.", page="data")
        return
    with st.container(border=True):
        st.subheader("With whom do you sit down?", anchor=False)
        st.selectbox(
            "Rep", list(view.reps), index=None, key=_CHOSEN, placeholder="Choose a rep", on_change=_choose, width=360
        )
        st.caption("The page then holds this one person's work, held against their own past. Nobody is ranked.")


def _choose() -> None:
    st.session_state["rep"] = st.session_state[_CHOSEN]


def changed_block(view: OneOnOne) -> None:
    """What happened since the last meeting; beside it, the same on one sheet of paper."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="since"):
        st.caption(escape(view.since), width="content")
        with st.container(
            horizontal=True, horizontal_alignment="right", vertical_alignment="center", width="content", key="sheet"
        ):
            has_notes = any(one.notes for one in view.meetings)
            with_notes = has_notes and st.checkbox(
                "With my notes", key=f"sheet_notes_{slug(view.owner)}", help="Only on a sheet that nobody else reads."
            )
            _sheet_button(view, "pdf", "application/pdf", lambda: sheet_pdf(view, with_notes))
            _sheet_button(view, "html", "text/html", lambda: sheet_html(view, with_notes).encode())
    opening(view.sentence)
    with st.container(key="large_changed"):
        if view.moved:
            st.markdown(f"**{escape(view.counted)}**")
        for action in view.done:
            st.markdown(f":green-badge[:material/check: Done] {escape(action.what)} ({escape(action.who)})")


def _sheet_button(view: OneOnOne, ending: str, mime: str, make: Callable[[], bytes]) -> None:
    """Made when it is pressed, not with the page."""
    st.download_button(
        f"Sheet as {ending.upper()}",
        make,
        file_name=safe_name(view, ending),
        mime=mime,
        icon=":material/print:",
        key=f"sheet_{ending}",
        on_click="ignore",
    )


def indicators_block(view: OneOnOne) -> None:
    """Leading figures of this person against their own past and what was agreed."""
    st.subheader("What leads", anchor=False)
    if not view.indicators:
        st.text("No calls, meetings or new deals are in the data for this person yet.")
        return
    for first in range(0, len(view.indicators), _A_ROW):
        row = view.indicators[first : first + _A_ROW]
        for column, one in zip(st.columns(_A_ROW), row, strict=False):
            with column:
                _indicator(one)
    if view.weeks_note:
        st.caption(escape(view.weeks_note))


def _indicator(one: Indicator) -> None:
    sure = ", more than chance" if one.is_sure else ""
    with st.container(border=True, height="stretch", key=f"indicator_{one.kpi}"):
        st.metric(
            escape(one.label),
            escape(one.lately),
            delta=escape(f"{one.change}{sure}") if one.change else None,
            delta_description=escape(one.usual) if one.change else None,
            delta_color=_colour(one),
            delta_arrow=one.way,
            chart_data=list(one.line) if len(one.line) > 1 else None,
            chart_type="line",
        )
        if one.status is Status.TOO_FEW:
            st.caption(escape(one.usual))
        if one.target:
            st.markdown(f"**{escape(one.target)}**")
            st.markdown(escape(one.pace))


def _colour(one: Indicator) -> Literal["green", "red", "off"]:
    """Only what is more than chance wears a colour: the rest is no reason for joy or worry."""
    if not one.is_sure or one.is_good is None:
        return "off"
    return "green" if one.is_good else "red"


def quality_block(view: OneOnOne) -> None:
    """How much beside how good."""
    found = view.quality
    if found is None:
        return
    st.subheader("How good, beside how much", anchor=False)
    st.caption(escape(found.note))
    for column, span in zip(st.columns(2), found.spans, strict=False):
        with column, st.container(border=True, height="stretch"):
            st.markdown(f"**{escape(span.label)}**")
            many, good = st.columns(2)
            many.metric("Meetings a week", escape(span.a_week))
            good.metric(
                "Qualified", escape(span.share_text), delta=escape(span.of), delta_color="off", delta_arrow="off"
            )
    if found.alarm:
        st.warning(escape(found.alarm), icon=":material/balance:")


def deals_block(view: OneOnOne) -> None:
    """The deals to talk about, with the reason."""
    st.subheader("Deals to talk about", anchor=False)
    if not view.deals:
        st.text("No open deal needs somebody today, as far as the exports can say.")
        return
    for i, deal in enumerate(view.deals):
        with st.container(border=True, key=f"large_deal_{i}"):
            st.markdown(f"**{escape(deal.name)}**")
            st.markdown(f"**{escape(deal.at_stake)} at stake.** {escape(deal.why)}.", help=escape(deal.because))
    if view.more_deals:
        st.caption(f"and {view.more_deals:,} more: see Follow-ups")


def results_block(view: OneOnOne) -> None:
    """What was won: last, and small."""
    lines = [f"{escape(one.label)}: {escape(one.so_far)}; {escape(one.before)}" for one in view.lagging]
    st.caption(" · ".join(lines))


def questions_block(view: OneOnOne) -> None:
    """Open questions, and on what each of them rests."""
    st.subheader("Worth asking", anchor=False)
    for i, question in enumerate(view.questions):
        with st.container(border=True, key=f"large_question_{i}"):
            st.markdown(f"**{escape(question.text)}**")
            st.caption(escape(question.why))
