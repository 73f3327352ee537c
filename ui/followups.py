"""The list of what must not slip, and the story of the deal that is chosen in it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from kpi_engine.views.ask import Ask
from kpi_engine.views.deal_history import deal_history_view
from kpi_engine.views.followups import FollowUps
from ui import columns
from ui.blocks import chart, colours, escape, grid, nothing_to_show
from ui.charts.timeline import timeline_figure
from ui.session import cached

PICK = "deal"
"""Which deal is open. Not in the address: a choice stands there by its label, and this one names a rep."""

LISTS = ("followups", "movers")

_EMPTY = {
    "nothing_open": ("No open deals here.", "Nothing matches the filters, or every deal has ended.", None),
    "nothing_slips": (
        "Nothing is slipping: no open deal needs somebody today.",
        "What was looked at, and what could not be, is said below. New exports may change that.",
        None,
    ),
    "cannot_say": (
        "These exports cannot say which deals need somebody.",
        "Add next step dates and expected close dates to the export of deals, or import activities or a stage history.",
        "data",
    ),
}


def no_list(view: FollowUps) -> None:
    """Why there is no list."""
    what, next_step, page = _EMPTY[view.state]
    nothing_to_show(what, next_step, page=page)


def picked_list(table: pd.DataFrame, shown: columns.Columns, key: str) -> None:
    """A list of deals; choosing a row opens its deal."""
    place = f"{key}_{st.session_state.get(_round(key), 0)}"
    grid(table, shown, place, on_select=lambda: _take(key, place, tuple(table["deal_id"])))


def deal_block(view: FollowUps, ask: Ask) -> None:
    """Choose a deal, here or by its row above, and see what happened with it."""
    st.subheader("The story of one deal", anchor=False)
    if st.session_state.get(PICK) not in view.choices:
        st.session_state[PICK] = None
    picked = st.selectbox(
        "Deal",
        list(view.choices),
        index=None,
        key=PICK,
        on_change=_let_go,
        format_func=lambda deal: view.choices.get(deal, deal),
        placeholder="Choose a row above, or a deal here",
    )
    if picked is None:
        return
    found = cached(deal_history_view, ask, picked)
    if found.is_empty:
        nothing_to_show("This deal is not among those shown.", "Choose another one, or change the filters.")
        return
    st.markdown(f"**{escape(found.name)}**")
    st.text(found.told)
    for reason in found.reasons:
        st.markdown(f"- {escape(reason)}")
    figure = timeline_figure(found.stays, found.marks, found.lanes, found.as_of, found.as_of_text, colours())
    alt = f"Stages, activities and dates of {found.name} over time"
    with st.container(key="timeline"):
        chart(figure, alt, found.stays, columns.stays(), "timeline_chart")
    grid(found.events, columns.events(), "events")


def _round(key: str) -> str:
    return f"{key}_round"


def _let_go(*but_not: str) -> None:
    """A deal was chosen elsewhere: under another key a list is drawn anew, with no row chosen."""
    for key in LISTS:
        if key not in but_not:
            st.session_state[_round(key)] = st.session_state.get(_round(key), 0) + 1


def _take(key: str, place: str, deals: tuple[str, ...]) -> None:
    """A chosen row opens its deal."""
    rows = st.session_state[place].selection.rows
    if rows:
        st.session_state[PICK] = deals[rows[0]]
        _let_go(key)
