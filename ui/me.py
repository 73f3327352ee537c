"""Who is typing: a name given once and kept for this browser, until there is sign-in or the app ends."""

from __future__ import annotations

import streamlit as st

from ui.keys import slug
from ui.session import browser, names_typed, who

_KEPT, _TYPED = "me", "my_name"
_MOST_BROWSERS = 500


def me() -> str:
    """The name that was typed, else the viewer's; '' while nobody said."""
    typed = st.session_state.get(_TYPED)
    return str(typed if typed is not None else st.session_state.get(_KEPT) or _typed_before() or who().name).strip()


def ask_my_name() -> None:
    """The box in which one says who one is; it survives a visit to other pages."""
    if _TYPED not in st.session_state:
        st.session_state[_TYPED] = me()
    st.text_input(
        "Your name",
        key=_TYPED,
        placeholder="Who is typing?",
        max_chars=80,
        width=240,
        on_change=_keep,
        help="Kept with every change you make here: typed once, until there is sign-in.",
    )


def other_key(key: str) -> str:
    """The key of a box that begins with one's own name: another one once that was typed, so that it is filled in."""
    return f"{key}_{slug(me())}"


def _keep() -> None:
    name = st.session_state[_KEPT] = st.session_state.get(_TYPED, "")
    if known := browser():
        names = names_typed()
        names[known] = name
        names.move_to_end(known)
        while len(names) > _MOST_BROWSERS:
            names.popitem(last=False)


def _typed_before() -> str:
    """The name that was typed before the page was loaded anew; a shared screen begins without it."""
    return "" if who().is_sharing else names_typed().get(browser(), "")
