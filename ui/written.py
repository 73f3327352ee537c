"""What became of something that was written: said once, when the page is drawn again."""

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


def is_written(write: Callable[[Session], Any], done: str, overtaken: type[TidelineError]) -> bool:
    """Write one thing. On a shared screen whoever was ``overtaken`` is not told what the other wrote: it may name
    anybody. Returns whether it was written."""
    try:
        workspace.decide(store(), write)
    except TidelineError as refusal:
        is_hidden = who().is_sharing and isinstance(refusal, overtaken)
        said = _OVERTAKEN if is_hidden else str(refusal)
        st.session_state[_SAID] = ("error", ":material/error:", said)
        return False
    st.session_state[_SAID] = ("success", ":material/check_circle:", done)
    return True


def told() -> None:
    """What became of what was written last, once."""
    said = st.session_state.pop(_SAID, None)
    if said is not None:
        box, icon, text = said
        getattr(st, box)(escape(text), icon=icon)
