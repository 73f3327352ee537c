"""What stands around every page: the style, whose data are on screen, and the page's question."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from ui.session import default_data, showing

_HERE = Path(__file__).resolve().parent
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


def data_switch() -> None:
    """The sample or one's own files: which of the two is on screen, always in sight and in the address."""
    with st.sidebar:
        st.segmented_control(
            "Data on screen",
            list(_LABELS),
            default=default_data(),
            key="data",
            required=True,
            format_func=_LABELS.__getitem__,
            bind="query-params",
            width="stretch",
        )


def heading(question: str, data_page: Any) -> None:
    """The page's question; on the sample, a mark that says so and the way to one's own files beside it."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="heading"):
        st.header(question, anchor=False)
        if showing() == "sample":
            with st.container(
                horizontal=True, horizontal_alignment="right", vertical_alignment="center", width="content"
            ):
                st.badge("Sample: an invented ferry company", icon=":material/sailing:", color="orange")
                if st.button("Use my own files", type="primary", icon=":material/upload_file:", on_click=_use_own):
                    st.switch_page(data_page)


def _use_own() -> None:
    st.session_state["data"] = "own"
