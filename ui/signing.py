"""Who writes: a name that is typed once, and stands beside everything written in this session."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from kpi_engine import workspace
from kpi_engine.errors import TidelineError
from kpi_engine.storage import Session
from ui.blocks import escape
from ui.session import store, who

_NAME, _KEPT, _SAID = "typed_name", "name_kept", "signed_said"

_OVERTAKEN = "Somebody else wrote here meanwhile. Nothing of yours was written: look at what stands there now."


def name_field(label: str = "Who writes") -> None:
    """The field for the name; it is kept when one goes to another page and comes back."""
    st.text_input(
        label,
        value=st.session_state.get(_KEPT, ""),
        key=_NAME,
        placeholder="Your name",
        max_chars=80,
        on_change=_keep,
        width=220,
    )


def _keep() -> None:
    st.session_state[_KEPT] = st.session_state.get(_NAME, "")


def signed() -> tuple[str, datetime]:
    """Who writes, and when."""
    name = st.session_state.get(_NAME) or st.session_state.get(_KEPT) or who().name
    return str(name).strip(), datetime.now(UTC).replace(tzinfo=None)


def is_written(write: Callable[[Session], Any], done: str, overtaken: type[TidelineError]) -> bool:
    """Write one thing; what became of it is said when the page is drawn again. On a shared screen whoever was
    ``overtaken`` is not told what the other wrote: it may name anybody. Returns whether it was written."""
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
