"""A chart whose bars can be clicked, and a control beneath it that does the same without a mouse."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from ui.charts.look import CONFIG, Figure


def picked_bar(
    figure: Figure, alt: str, bars: Mapping[str, str], pick: str, place: str, label: str, *, is_needed: bool = False
) -> str | None:
    """Draw a chart and the control; returns the bar that was picked in either, None where none was.

    ``bars``: what names a bar (the first part of its ``customdata``) → its label. ``pick`` is the control's key and
    ``place`` the chart's; ``label`` stands above the control. A click on anything else lets go of what was picked;
    where ``is_needed``, one bar is always picked, the first to begin with.
    """
    with st.container(key=place):
        st.plotly_chart(
            figure,
            theme=None,
            config=CONFIG,
            key=_chart_key(place),
            alt=alt,
            on_select=partial(_take_click, pick, place, tuple(bars), is_needed),
            selection_mode="points",
        )
    if not bars:
        return None
    if is_needed and st.session_state.get(pick) not in bars:
        st.session_state[pick] = next(iter(bars))
    return st.segmented_control(
        label,
        list(bars),
        format_func=bars.__getitem__,
        key=pick,
        required=is_needed,
        on_change=_let_go,
        args=(place,),
        help="Click a bar above, or choose here.",
    )


def _chart_key(place: str) -> str:
    return f"{place}_chart_{st.session_state.get(_round(place), 0)}"


def _round(place: str) -> str:
    return f"{place}_round"


def _let_go(place: str) -> None:
    """A choice beneath the chart lets go of the bar that was clicked: under another key the chart is drawn anew."""
    st.session_state[_round(place)] = st.session_state.get(_round(place), 0) + 1


def _take_click(pick: str, place: str, bars: tuple[str, ...], is_needed: bool) -> None:
    """A click on a bar chooses it, as the control beneath would."""
    points = st.session_state[_chart_key(place)].selection.points
    named = points[0].get("customdata") if points else None
    named = named[0] if isinstance(named, list | tuple) else named
    if named in bars:
        st.session_state[pick] = named
    elif not is_needed:
        st.session_state[pick] = None
