"""The sections of the Settings page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import streamlit as st

from kpi_engine import workspace
from kpi_engine.errors import TidelineError
from kpi_engine.views.settings import DAYS, MONTHS, SettingsView
from ui.blocks import escape
from ui.session import showing, store

T = TypeVar("T")

_SAVED = "settings_saved"
_NOT_SET = ""


def counting_section(view: SettingsView, can_edit: bool) -> None:
    """Currency, clock, week and year: what every number is counted by."""
    st.subheader("How we count", anchor=False)
    if not can_edit:
        st.text("The sample is counted as it ships. Put your own files on screen to set how those are counted.")
    if st.session_state.pop(_SAVED, False):
        st.success("Saved, and everything was counted anew.", icon=":material/check_circle:")
    now = view.settings
    with st.form("counting", border=True):
        left, right = st.columns(2, gap="large")
        with left:
            currency = st.text_input(
                "Reporting currency",
                now.reporting_currency or "",
                placeholder=view.usual_currency_words,
                key=_key("reporting_currency"),
                disabled=not can_edit,
            )
            st.caption(escape(view.meanings["reporting_currency"]))
        with right:
            zones = (_NOT_SET, *view.timezones)
            none = {_NOT_SET: "None set: times with an offset count in UTC"}
            timezone = _choice("Time zone", "timezone", view, zones, now.timezone or _NOT_SET, none, can_edit)
        left, right = st.columns(2, gap="large")
        with left:
            week = _choice("The week starts on", "week_start", view, list(DAYS), now.week_start, DAYS, can_edit)
        with right:
            name, month = "fiscal_year_start_month", now.fiscal_year_start_month
            year = _choice("The fiscal year starts in", name, view, list(MONTHS), month, MONTHS, can_edit)
        if st.form_submit_button("Save and count anew", type="primary", disabled=not can_edit, key="save_settings"):
            _save(
                reporting_currency=currency.strip() or None,
                timezone=timezone or None,
                week_start=week,
                fiscal_year_start_month=year,
            )


def _choice(
    label: str,
    name: str,
    view: SettingsView,
    options: Sequence[T],
    now: T,
    words: Mapping[T, str],
    can_edit: bool,
) -> T:
    """One setting and what it changes."""
    chosen = st.selectbox(
        label,
        options,
        index=list(options).index(now),
        format_func=lambda value: words.get(value, str(value)),
        key=_key(name),
        disabled=not can_edit,
    )
    st.caption(escape(view.meanings[name]))
    return chosen


def _key(name: str) -> str:
    """It follows the store and its facts, so that what is set now is what is shown."""
    return f"set_{name}_{showing()}_{store().data_version}"


def _save(**changes: str | int | None) -> None:
    try:
        with st.spinner("Counting everything anew…"):
            workspace.change_settings(store("own"), **changes)
    except TidelineError as error:
        st.error(f"{escape(error)} Nothing was changed.", icon=":material/error:")
        return
    st.session_state[_SAVED] = True
    st.rerun()
