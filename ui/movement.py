"""The movement of expected value, and the deals behind each of its bars."""

from __future__ import annotations

import streamlit as st

from kpi_engine.views import words
from kpi_engine.views.causes import END, START
from kpi_engine.views.overview import AS_THEY_WERE, TODAYS, Overview
from ui import columns
from ui.blocks import colours, escape, grid, table_behind
from ui.charts.waterfall import waterfall_figure
from ui.picking import picked_bar

_CHANCES = "chances"


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
    within = {cause: label for cause, label in causes.items() if cause not in (START, END)}
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
    picked = picked_bar(figure, alt, within, "cause", "movement", "The deals behind a bar")
    if not within:
        st.caption("Nothing moved between the two days.")
        return
    if picked:
        grid(view.moved[view.moved["cause"] == picked], columns.moved(symbol), "moved")
    table_behind(view.steps, columns.steps(symbol), "steps")
