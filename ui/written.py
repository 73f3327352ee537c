"""What became of something that was written: said once, where it was written, when the page is drawn again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from kpi_engine import workspace
from kpi_engine.errors import TidelineError
from kpi_engine.storage import Session
from ui.blocks import escape
from ui.session import store, who

_SAID = "written_said"
_OVERTAKEN = "Somebody else wrote here meanwhile. Nothing of yours was written: look at what stands there now."


def is_written(write: Callable[[Session], Any], done: str, overtaken: type[TidelineError], place: str = "") -> bool:
    """Write one thing; what became of it is told in its ``place``. On a shared screen whoever was ``overtaken`` is not
    told what the other wrote: it may name anybody. Returns whether it was written."""
    try:
        workspace.decide(store(), write)
    except TidelineError as refusal:
        is_hidden = who().is_sharing and isinstance(refusal, overtaken)
        said = _OVERTAKEN if is_hidden else str(refusal)
        st.session_state[_SAID] = (place, "error", ":material/error:", said)
        return False
    st.session_state[_SAID] = (place, "success", ":material/check_circle:", done)
    return True


def is_lacking(text: str, place: str = "") -> None:
    """Something has to be filled in before anything can be written."""
    st.session_state[_SAID] = (place, "warning", ":material/help:", text)


def told(place: str = "", is_over_the_page: bool = False) -> None:
    """What became of what was written last in a place, once. ``is_over_the_page``: for a moment there as well, for what
    stands above may have grown and moved the place out of sight."""
    if st.session_state.get(_SAID, (None,))[0] == place:
        _, box, icon, text = st.session_state.pop(_SAID)
        getattr(st, box)(escape(text), icon=icon)
        if is_over_the_page:
            st.toast(escape(text), icon=icon)
