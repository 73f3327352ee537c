"""A screen that can be shared: one switch, one key, and nothing about anybody else is in the page any more."""

from __future__ import annotations

import streamlit as st

from ui.blocks import escape
from ui.session import SHARED_AMOUNTS, SHARED_REP, options, who

KEY = "s"
"""The key that shares the screen, and stops sharing it."""

_ADDRESS, _AMOUNTS_ADDRESS = "share", "amounts"
_AMOUNTS = {"index": "As index", "shown": "As they are"}
_INDEX_MEANS = "Expected value now is 100; everything else stands beside it in proportion."
_CHOSEN = "share_with"
TELLING = ("rep", "team", "for_rep", "target_at", "find")
"""The choices that could tell of somebody else, by their keys in the session and in the address: whom it was about, an
amount as it is, what was searched for. They are let go of when sharing begins."""


NARROWING = ("pipeline", "segment", "source", "product")
"""The filters whose values may be called after a person."""


def keep_sharing() -> None:
    """Sharing goes on when the page is loaded anew or another one is opened, since it stands in the address."""
    state = st.session_state
    if SHARED_REP not in state and _ADDRESS in st.query_params:
        # Whatever stands there: a name nobody has shows nothing, and never everything.
        _share_with(st.query_params[_ADDRESS], st.query_params.get(_AMOUNTS_ADDRESS, "index"))
        _let_go()
    if state.get(SHARED_REP) is not None:
        st.query_params[_ADDRESS] = state[SHARED_REP]
        st.query_params[_AMOUNTS_ADDRESS] = state[SHARED_AMOUNTS]


def share_switch() -> None:
    """In the sidebar: share the screen with a rep, or stop."""
    with st.sidebar:
        if who().is_sharing:
            _shared()
        elif reps := [rep for rep in options().values.get("owner", ()) if rep]:
            _offered(reps)


def _shared() -> None:
    with st.container(border=True, key="sharing"):
        st.markdown(f"**Shared with {escape(st.session_state[SHARED_REP])}**")
        st.caption("Nobody else is named, and nothing of theirs is on these pages.")
        st.segmented_control(
            "Amounts",
            list(_AMOUNTS),
            default=st.session_state[SHARED_AMOUNTS],
            key="share_amounts",
            required=True,
            format_func=_AMOUNTS.__getitem__,
            on_change=_change_amounts,
            help=_INDEX_MEANS,
            width="stretch",
        )
        st.button("Stop sharing", icon=":material/visibility:", on_click=_stop, shortcut=KEY, width="stretch")


def _offered(reps: list[str]) -> None:
    """The rep whose page is on screen is the one to share it with; else one has to be named first."""
    at_hand = st.session_state.get("rep")
    if at_hand not in reps:
        at_hand = st.selectbox(
            "Share my screen with", reps, index=None, key=_CHOSEN, placeholder="Choose a rep", width="stretch"
        )
    st.button(
        "Share my screen",
        icon=":material/visibility_off:",
        on_click=_start,
        args=(at_hand,),
        disabled=at_hand is None,
        shortcut=KEY,
        help="For a one-on-one: only this rep's work stays on the pages, without anybody else's name, and amounts as "
        "an index. Key: S.",
        width="stretch",
    )


def _start(rep: str) -> None:
    _share_with(rep, "index")
    _let_go()


def _let_go() -> None:
    """What may tell of somebody else; of the other filters those whose value a shared screen has not, for it is called
    after somebody."""
    state, shown = st.session_state, options().values
    chosen = {name: state.get(name) or st.query_params.get(name) for name in NARROWING}
    named = [name for name, value in chosen.items() if value and value not in shown.get(name, ())]
    for name in (*TELLING, *named):
        # What a widget holds goes out of the address with its value; it may not be taken out of there by hand.
        if name in st.session_state:
            st.session_state[name] = None
        elif name in st.query_params:
            del st.query_params[name]


def _share_with(rep: str, amounts: str) -> None:
    st.session_state[SHARED_REP] = rep
    st.session_state[SHARED_AMOUNTS] = amounts if amounts in _AMOUNTS else "index"


def _stop() -> None:
    """The screen is the manager's own again, and stays with the same rep."""
    st.session_state["rep"] = st.session_state[SHARED_REP]
    del st.session_state[SHARED_REP]
    for name in (_ADDRESS, _AMOUNTS_ADDRESS):
        if name in st.query_params:
            del st.query_params[name]


def _change_amounts() -> None:
    st.session_state[SHARED_AMOUNTS] = st.session_state["share_amounts"]
