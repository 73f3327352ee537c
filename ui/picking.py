"""A chart whose parts can be clicked, and the choice beneath it that a click makes."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from ui.charts.look import CONFIG, Figure


def clickable(figure: Figure, alt: str, pick: str, allowed: Mapping[str, str], told: str) -> str | None:
    """Draw a chart and the control beneath it; either chooses. Returns what is chosen.

    The parts of the figure carry what they stand for as ``customdata``; ``allowed``: what can be chosen, and its label;
    ``pick``: the key of the control; ``told``: what the control is for.
    """
    round_key = f"{pick}_round"
    chart_key = f"{pick}_chart_{st.session_state.get(round_key, 0)}"

    def take_click() -> None:
        points = st.session_state[chart_key].selection.points
        found = points[0].get("customdata") if points else None
        found = found[0] if isinstance(found, list | tuple) else found
        if found in allowed:
            st.session_state[pick] = found

    def let_go() -> None:
        # Under another key the chart is drawn anew, and no part of it stays marked.
        st.session_state[round_key] = st.session_state.get(round_key, 0) + 1

    with st.container(key=f"{pick}_area"):
        st.plotly_chart(
            figure, theme=None, config=CONFIG, key=chart_key, alt=alt, on_select=take_click, selection_mode="points"
        )
    choices = list(allowed)
    if st.session_state.get(pick) not in choices:
        st.session_state[pick] = choices[0] if choices else None
    return st.segmented_control(
        told, choices, format_func=allowed.__getitem__, key=pick, required=True, on_change=let_go
    )
