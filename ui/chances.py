"""The tab on which a team decides how sure it is: old factor, new factor, what came true, accept or not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pandas as pd
import streamlit as st

from kpi_engine.agreements.probabilities import (
    Decision,
    ProposalMovedOn,
    Seen,
    accept,
    override,
    take_back_override,
    withdraw,
)
from kpi_engine.agreements.versions import Version
from kpi_engine.storage import Session
from kpi_engine.views import words
from kpi_engine.views.ask import Ask
from kpi_engine.views.chances import Chances, PipelineChances, chances_view
from kpi_engine.views.reliability import Reliability, reliability_view
from kpi_engine.views.words import symbol
from ui import columns
from ui.blocks import chart, colours, escape, grid, notes, nothing_to_show, opening
from ui.charts.chances import promised_figure
from ui.session import cached, showing, who
from ui.written import is_lacking, is_written, told

_NAME, _STAGE, _CHANCE, _WHY = "decided_by", "chance_stage", "chance_value", "chance_reason"

_LOOKED_BACK = (
    "Each deal counts as it stood then: whether it was won within 90 days of a month start. A stage's chance in the "
    "table above is of the deals that are there now, and for the end, however late: where many have been there for "
    "long it is lower than the share of those that came through."
)
_ENDED = (
    "Of the deals that ended, those that reached the stage or a later one. Open deals have yet to say, and those that "
    "are in a stage now are on average older than those that came through: their chance is lower."
)
_BY_HAND = (
    "A chance set by hand counts in expected value, wherever that stands. The forecast of the months does not use it: "
    "it goes on with what the history says."
)

_ALL, _ONE = "all", "stage"
"""The places on the page where decisions are made, and where what became of them is said; a pipeline has its own."""

Decide = Callable[[Session, Decision], Version]


def chances_block(ask: Ask) -> None:
    """Are our win chances right? What accepting the estimate does, and the decisions that were made."""
    view = cached(chances_view, ask)
    if view.is_empty:
        nothing_to_show("No deals here.", "Nothing matches the filters, or no deals were imported yet.", page="data")
        return
    opening(view.sentence)
    if showing() == "sample":
        notes(("This is the sample: accept, set and undo as you like, nothing of yours changes.",))
    if view.may_decide:
        _decide_all(view)
    with st.spinner("Looking back at what we said…"):
        looked_back = cached(reliability_view, ask, of_facts=True)
    for one in view.pipelines:
        _pipeline(one, view, symbol(ask.currency), looked_back)
    if view.may_decide:
        _one_stage(view)
    st.subheader("What was decided", anchor=False)
    if view.versions.empty:
        st.caption("Nothing yet: the first estimate that rests on enough ended deals is taken automatically.")
    else:
        grid(view.versions, columns.versions(), "chance_versions")


def _decide_all(view: Chances) -> None:
    """Accept all that is shown, or take the last decision back."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="decide"):
        st.text_input("Who decides", key=_NAME, placeholder="Your name", max_chars=80, width=200)
        st.button(
            "Accept what our history says",
            type="primary",
            icon=":material/check:",
            disabled=not view.would_change,
            key="accept_all",
            on_click=_decide,
            args=(
                lambda s, d: accept(s, d, among=view.acceptable),
                view.seen,
                "Accepted: expected value counts with these chances now.",
                _ALL,
            ),
        )
        if view.undo is not None:
            number, what = view.undo
            st.button(
                escape(f"Undo: {what}"),
                icon=":material/undo:",
                key="undo_chances",
                on_click=_decide,
                args=(lambda s, d: withdraw(s, d, number), view.seen, f"Taken back: {what}.", _ALL),
            )
    told(_ALL, is_over_the_page=True)
    notes((view.effect, *view.notes))


def _pipeline(one: PipelineChances, view: Chances, money: str, looked_back: Reliability) -> None:
    """Old factor beside new factor, and promised against happened."""
    st.subheader(escape(one.title), anchor=False)
    grid(one.stages, columns.chances(money), f"chances_{one.pipeline}")
    if len(view.pipelines) > 1:
        notes((one.effect,))
        if view.may_decide and one.can_accept:
            place = f"of {one.pipeline}"
            st.button(
                escape(f"Accept for {one.title}"),
                icon=":material/check:",
                disabled=not one.would_change,
                key=f"accept_{one.pipeline}",
                on_click=_decide,
                args=(lambda s, d: accept(s, d, one.pipeline), view.seen, f"Accepted for {one.title}.", place),
            )
            told(place, is_over_the_page=True)
    then = looked_back.stages[looked_back.stages["pipeline"] == one.pipeline]
    if not then.empty:
        _promised(one, then, f"{looked_back.sentence} {_LOOKED_BACK}")
    elif not one.promised.empty:
        _promised(one, one.promised, _ENDED)


def _promised(one: PipelineChances, frame: pd.DataFrame, note: str) -> None:
    """What was told of each stage against what came of it."""
    chart(
        promised_figure(frame, colours()),
        f"{one.title}: win chances told of each stage, and the share of deals that was won",
        frame,
        columns.promised(frame),
        f"promised_{one.pipeline}",
        "Promised and happened",
    )
    notes((note,))


def _one_stage(view: Chances) -> None:
    """Set a stage by hand with a reason, take that back, or accept the estimate of this stage alone."""
    st.subheader("One stage", anchor=False)
    several = len(view.pipelines) > 1
    picked = st.selectbox(
        "Stage",
        list(view.choices),
        format_func=lambda key: f"{key[1]} ({key[0] or 'no pipeline'})" if several else key[1],
        key=_STAGE,
        width=320,
    )
    if picked is None:
        return
    pipeline, stage = picked
    now, estimate = view.choices[picked]
    says = f", our history says {words.share(estimate)}" if estimate is not None else ""
    st.caption(escape(f"In force {words.share(now)}{says}."))
    with st.container(horizontal=True, vertical_alignment="bottom", key="one_stage"):
        st.number_input("Chance (%)", 0.0, 99.9, value=None, step=1.0, format="%g", key=_CHANCE, width=140)
        st.text_input("Reason", key=_WHY, placeholder="Why this stage, why now", max_chars=200, width=360)
        st.button("Set by hand", icon=":material/edit:", key="set_chance", on_click=_set, args=(picked, view.seen))
        if picked in view.by_hand:
            st.button(
                "Take back what was set by hand",
                icon=":material/undo:",
                key="take_back",
                on_click=_decide,
                args=(lambda s, d: take_back_override(s, d, pipeline, stage), view.seen, f"{stage}: taken back.", _ONE),
            )
        if estimate is not None:
            st.button(
                "Accept this stage alone",
                icon=":material/check:",
                key="accept_stage",
                on_click=_decide,
                args=(lambda s, d: accept(s, d, pipeline, stage), view.seen, f"{stage}: accepted.", _ONE),
            )
    told(_ONE, is_over_the_page=True)
    notes((_BY_HAND,))


def _set(key: tuple[str, str], seen: Seen) -> None:
    """What the form says of one stage becomes its chance."""
    pipeline, stage = key
    per_cent, reason = st.session_state.get(_CHANCE), st.session_state.get(_WHY) or ""
    if per_cent is None:
        is_lacking("Write the chance in per cent, then set it.", _ONE)
        return
    chance = Decimal(str(per_cent)).scaleb(-2)
    if _is_decided(lambda s, d: override(s, d, pipeline, stage, chance, reason), seen, f"{stage}: set by hand.", _ONE):
        st.session_state[_CHANCE], st.session_state[_WHY] = None, ""


def _decide(decide: Decide, seen: Seen, done: str, place: str) -> None:
    """A decision at the press of a button."""
    _is_decided(decide, seen, done, place)


def _is_decided(decide: Decide, seen: Seen, done: str, place: str) -> bool:
    """Write one decision; what became of it is said in its place when the page is drawn again. Returns whether it was
    made."""
    decision = Decision(
        by=(st.session_state.get(_NAME) or "").strip() or who().name or None,
        recorded_at=datetime.now(UTC).replace(tzinfo=None),
        seen=seen,
    )
    return is_written(lambda session: decide(session, decision), done, ProposalMovedOn, place)
