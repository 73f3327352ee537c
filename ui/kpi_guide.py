"""The cards of the KPI guide, and what is searched by."""

from __future__ import annotations

from typing import Any

import streamlit as st

from kpi_engine.views.ask import Ask
from kpi_engine.views.kpi_card import ROLES, TOPICS, example_frame
from kpi_engine.views.kpi_guide import ON_OPENING, Shown, worked_out
from ui.blocks import escape, nothing_to_show, page_file
from ui.session import cached

LETTERS = ("Why it is key", "How performance is measured", "What it indicates")
_ROLE_COLOUR: dict[str, Any] = {"leading": "blue", "lagging": "gray"}


def search_bar() -> dict[str, Any]:
    """Words to look for and filters, all of them in the address; as the arguments of Guide.shown."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="guide_search"):
        text = st.text_input(
            "Search", key="find", type="search", placeholder="meetings, season, won …", live=True, bind="query-params",
            width=280,
        )  # fmt: skip
        topic = _one_of("Topic", "topic", list(TOPICS), TOPICS)
        role = _one_of("Leading or lagging", "role", list(ROLES), {role: role.capitalize() for role in ROLES})
        only_data = st.toggle("Only with data", key="only_data", bind="query-params")
    return {"text": text or "", "topic": topic, "role": role, "only_data": only_data}


def none_found(meant: list[str]) -> None:
    """That nothing is described like this, and what may have been meant, a click away."""
    nothing_to_show("No KPI is described like this.", "Take a word out of the search, or a filter away.")
    if meant:
        with st.container(horizontal=True, vertical_alignment="center", key="guide_meant"):
            st.markdown("Did you mean", width="content")
            for label in meant:
                st.button(label, key=f"meant_{label}", on_click=_look_for, args=(label,))


def _look_for(label: str) -> None:
    st.session_state["find"] = label
    st.session_state["topic"] = st.session_state["role"] = None


def _one_of(label: str, key: str, options: list[str], said: dict[str, str]) -> str | None:
    return st.selectbox(
        label,
        options,
        index=None,
        placeholder="All",
        key=key,
        bind="query-params",
        format_func=said.__getitem__,
        width=180,
    )


def card_block(one: Shown, ask: Ask | None) -> None:
    """One KPI: its number, the three letters, what the team's own weeks say, and the rest behind a click."""
    words = one.words
    with st.container(border=True, key=f"card_{words.name}"):
        head, figure = st.columns([3, 1], vertical_alignment="center")
        with head.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"##### {escape(words.label)}", width="content")
            st.badge(words.role.capitalize(), color=_ROLE_COLOUR[words.role], help=ROLES[words.role])
        st.markdown(escape(words.description))
        said = (words.why_key, words.performance, words.indicates)
        columns = st.columns(3, gap="medium")
        for column, letter, sentence in zip(columns, LETTERS, said, strict=True):
            column.markdown(f":gray[{letter}]  \n{escape(sentence)}")
        columns[-1].caption(escape(one.evidence))
        more = st.expander("How exactly", key=f"more_{words.name}", type="compact", on_change="rerun")
        now = one.measured
        if more.open:
            if ask is not None and now.status_text == ON_OPENING:
                now = cached(worked_out, ask, words.name)
            with more:
                _exactly(one)
        with figure:
            st.markdown(f"##### {escape(now.value_text)}", text_alignment="right")
            st.caption(escape(now.status_text), text_alignment="right")


def _exactly(one: Shown) -> None:
    """Formula, sources, whose it is, the worked example and where it is used."""
    words = one.words
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Formula**")
        st.code(words.formula, language=None, wrap_lines=True)
        st.markdown(
            f"**Measured in** {escape(words.measured_in)}  \n"
            f"**From the columns** {escape('; '.join(words.source_columns))}  \n"
            f"**Whose** {escape(words.applies_to)}"
        )
    with right:
        st.markdown("**Worked example**")
        st.dataframe(example_frame(words), hide_index=True, key=f"example_{words.name}", height="content")
        if words.example_more:
            st.caption(f"and {words.example_more} more rows")
        st.markdown(escape(words.example))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("**On the pages**" if one.used_in else "On no other page yet.", width="content")
        for page, title in one.used_in.items():
            st.page_link(page_file(page), label=title)
    st.caption(f"On the command line: kpis --kpi {words.name}")
