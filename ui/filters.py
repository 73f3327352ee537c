"""The filters: in sight, in the address, and the same on every page."""

from __future__ import annotations

from datetime import date

import streamlit as st

from kpi_engine.metrics.slice import Slice
from kpi_engine.views.ask import Ask
from kpi_engine.views.options import Options
from kpi_engine.views.spans import Compare, Period, compare_day, period_span
from ui.blocks import nothing_to_show
from ui.session import options

_NONE = {
    "owner": "No owner",
    "team": "No team",
    "pipeline": "No pipeline",
    "segment": "No segment",
    "source": "No source",
    "product": "No product",
}
_KEYS = {
    "owner": "rep",
    "team": "team",
    "pipeline": "pipeline",
    "segment": "segment",
    "source": "source",
    "product": "product",
}


def filter_bar() -> None:
    """Draw the filters. What they hold is read with :func:`ask`, on this run and on every page."""
    found = options()
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        st.selectbox("Period", [p.value for p in Period], index=2, key="period", bind="query-params", width=170)
        _choice("Team", "team", found)
        _choice("Rep", "owner", found)
        _choice("Pipeline", "pipeline", found)
        st.selectbox("Compare with", [c.value for c in Compare], index=1, key="compare", bind="query-params", width=160)
        with st.popover("More", icon=":material/tune:", key="more"):
            for label, field in (("Segment", "segment"), ("Source", "source"), ("Product", "product")):
                _choice(label, field, found, width="stretch")
            st.date_input(
                "As of",
                value=None,
                key="as_of",
                bind="query-params",
                format="YYYY-MM-DD",
                max_value=found.as_of,
                help="Show everything as it stood at the end of this day. Empty: the day of the newest export.",
            )
            if st.session_state.get("period") == Period.OWN:
                _dates(found)
            if st.session_state.get("compare") == Compare.OWN:
                st.date_input(
                    "Compare with the end of",
                    value=None,
                    key="compare_day",
                    bind="query-params",
                    format="YYYY-MM-DD",
                    max_value=found.as_of,
                )


def _choice(label: str, field: str, found: Options, width: int | str = 150) -> None:
    """One value or all of them; not drawn where there is nothing to choose between."""
    choices = found.choices(field)
    if choices:
        st.selectbox(
            label,
            choices,
            index=None,
            placeholder="All",
            key=_KEYS[field],
            bind="query-params",
            width=width,
            format_func=lambda value: value or _NONE[field],
        )


def _dates(found: Options) -> None:
    st.date_input("From", value=None, key="from", bind="query-params", format="YYYY-MM-DD", max_value=found.as_of)
    st.date_input("To", value=None, key="to", bind="query-params", format="YYYY-MM-DD", max_value=found.as_of)


def asked() -> Ask:
    """What the filters ask for; where there is nothing to ask of, an honest empty page, and the run ends."""
    found = ask()
    if found is None:
        no_data()
        st.stop()
    return found


def no_data() -> None:
    """What an own store without any deals or activities shows."""
    nothing_to_show(
        "None of your own files is in yet.",
        "Drop an export of your deals on the Data page: CSV or XLSX, from any CRM. The numbers appear right after.",
        page="pages/data.py",
    )


def ask() -> Ask | None:
    """What the filters ask for; None while there is nothing that has a date."""
    found = options()
    if found.is_empty or found.as_of is None:
        return None
    state = st.session_state
    as_of: date = min(state.get("as_of") or found.as_of, found.as_of)
    own = (state.get("from"), state.get("to"))
    period = Period(state.get("period") or Period.YEAR)
    span = period_span(
        period, as_of, found.first_day, (own[0] or found.first_day or as_of, own[1] or as_of) if any(own) else None
    )
    compare = Compare(state.get("compare") or Compare.FOUR_WEEKS)
    return Ask(
        as_of=as_of,
        date_from=span.first,
        date_to=span.last,
        compare_to=compare_day(compare, as_of, state.get("compare_day")),
        slice=Slice(**{f"{field}s": _chosen(field, found) for field in _KEYS}),
        currency=found.currency,
    )


def _chosen(field: str, found: Options) -> tuple[str, ...]:
    value = st.session_state.get(_KEYS[field])
    return (value,) if value is not None and value in found.choices(field) else ()
