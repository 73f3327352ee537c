"""What stands around every page: the style, whose data are on screen, and the page's question."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from ui.session import default_data, showing

_HERE = Path(__file__).resolve().parent
_KEY = "data"
_LABELS = {"sample": "Sample", "own": "My files"}


def configure() -> None:
    """The window's title and picture, and the style of all pages."""
    st.set_page_config(
        page_title="Tideline",
        page_icon=str(_HERE / "mark.svg"),
        layout="wide",
        initial_sidebar_state="auto",
        menu_items={
            "Get help": None,
            "Report a bug": None,
            "About": "Tideline: what your team's work is worth before the orders come in.",
        },
    )
    st.logo(str(_HERE / "logo.svg"), size="large", icon_image=str(_HERE / "mark.svg"))
    st.html(_HERE / "style.css")


def data_switch(is_fixed: bool = False) -> None:
    """The sample or one's own files: which of the two is on screen, always in sight and in the address. ``is_fixed``:
    not to be changed now."""
    if _KEY not in st.session_state and _KEY not in st.query_params:
        st.session_state[_KEY] = default_data()
    with st.sidebar:
        st.segmented_control(
            "Data on screen",
            list(_LABELS),
            key=_KEY,
            required=True,
            format_func=_LABELS.__getitem__,
            bind="query-params",
            disabled=is_fixed,
            width="stretch",
        )
        if showing() == "sample":
            st.caption("An invented harbour ferry and charter company.")


def show_own() -> None:
    """Put one's own files on screen: for a callback, which runs before the switch is drawn."""
    st.session_state[_KEY] = "own"


def heading(question: str, data_page: Any, is_data: bool) -> None:
    """The page's question; on the sample, a mark that says so and the way to one's own files beside it."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="heading"):
        st.header(question, anchor=False, width="content")
        if showing() == "sample":
            with st.container(
                horizontal=True, horizontal_alignment="right", vertical_alignment="center", width="content"
            ):
                st.badge("Sample data", icon=":material/sailing:", color="orange")
                if data_page is not None and not is_data:
                    st.page_link(data_page, label="Use my own files", icon=":material/upload_file:")
