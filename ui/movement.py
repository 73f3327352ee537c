"""The movement of expected value, and the deals behind each of its bars."""

from __future__ import annotations

import streamlit as st

from kpi_engine.views import words
from kpi_engine.views.causes import END, START
from kpi_engine.views.overview import AS_THEY_WERE, TODAYS, Overview
from ui import columns
from ui.blocks import colours, escape, grid, table_behind
from ui.charts.look import CONFIG
from ui.charts.waterfall import waterfall_figure

_PICK, _ROUND, _CHANCES = "cause", "movement_round", "chances"


def chosen_chances() -> str:
    """Which win chances the trend is to be drawn with: read before the switch is drawn, which only the view can tell
    the need of."""
    return str(st.session_state.get(_CHANCES) or st.query_params.get(_CHANCES) or TODAYS)


def chances_switch(view: Overview) -> None:
    """Today's win chances for all weeks, or each week's own; nothing where they were always the same."""
    if view.can_choose_chances:
        st.segmented_control(
            "Win chances",
            [TODAYS, AS_THEY_WERE],
            default=TODAYS,
            key=_CHANCES,
            required=True,
            bind="query-params",
            help="Today's: the line shows the work alone. As they were: expected value as it stood at the time.",
        )


def movement_block(view: Overview, symbol: str) -> None:
    """The waterfall; a click on a bar, or a choice beneath it, lists the deals of that cause."""
    causes = dict(zip(view.steps["cause"], view.steps["label"], strict=True))
    within = [cause for cause in causes if cause not in (START, END)]
    figure = waterfall_figure(view.steps, colours(), symbol, words.day(view.compare_to))
    alt = (
        f"Expected value from {words.day(view.compare_to)} to {words.day(view.as_of)}, cause by cause. {view.sentence}"
    )
    st.caption(
        escape(
            f"The bars start from then: {view.steps['text'].iloc[0]}. "
            "The last one is the whole change since, not all of expected value."
        )
    )
    with st.container(key="movement"):
        st.plotly_chart(
            figure,
            theme=None,
            config=CONFIG,
            key=_chart_key(),
            alt=alt,
            on_select=_take_click,
            selection_mode="points",
        )
    if not within:
        st.caption("Nothing moved between the two days.")
        return
    picked = st.segmented_control(
        "The deals behind a bar",
        within,
        format_func=causes.__getitem__,
        key=_PICK,
        on_change=_let_go,
        help="Click a bar above, or choose here.",
    )
    if picked:
        grid(view.moved[view.moved["cause"] == picked], columns.moved(symbol), "moved")
    table_behind(view.steps, columns.steps(symbol), "steps")


def _chart_key() -> str:
    return f"movement_chart_{st.session_state.get(_ROUND, 0)}"


def _let_go() -> None:
    """A choice beneath the chart lets go of the bar that was clicked: under another key the chart is drawn anew."""
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def _take_click() -> None:
    """A click on a bar chooses its cause, as the control beneath would."""
    points = st.session_state[_chart_key()].selection.points
    cause = points[0].get("customdata") if points else None
    cause = cause[0] if isinstance(cause, list | tuple) else cause
    st.session_state[_PICK] = cause if cause not in (START, END) else None
