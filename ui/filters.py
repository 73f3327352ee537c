"""The filters: in sight, in the address, and the same on every page."""

from __future__ import annotations

from datetime import date
from typing import Literal

import streamlit as st

from kpi_engine.metrics.slice import Slice
from kpi_engine.views.ask import Ask
from kpi_engine.views.options import Options
from kpi_engine.views.spans import Compare, Period, compare_day, period_span
from kpi_engine.views.words import NOBODY
from ui.blocks import nothing_to_show
from ui.session import options

_NONE = {
    "owner": NOBODY,
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


def filter_bar(has_period: bool, has_comparison: bool) -> None:
    """Draw the filters that mean something on a page.

    What they hold is read with :func:`asked`; it stands in the address, and survives a visit to a page that lacks them.
    """
    found = options()
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        if has_period:
            _words("Period", [p.value for p in Period], Period.YEAR, "period")
            if st.session_state.get("period") == Period.OWN:
                _day("From", "from", found)
                _day("To", "to", found)
        _choice("Team", "team", found)
        _choice("Rep", "owner", found)
        _choice("Pipeline", "pipeline", found)
        if has_comparison:
            _words("Compare with", [c.value for c in Compare], Compare.FOUR_WEEKS, "compare")
            if st.session_state.get("compare") == Compare.OWN:
                _day("The end of", "compare_day", found)
        with st.popover("More", icon=":material/tune:", key="more"):
            for label, field in (("Segment", "segment"), ("Source", "source"), ("Product", "product")):
                _choice(label, field, found, width="stretch")
            _day(
                "As of",
                "as_of",
                found,
                "Everything as it stood at the end of this day. Empty: the newest export's day.",
            )


def _words(label: str, choices: list[str], standard: str, key: str) -> None:
    st.selectbox(label, choices, index=choices.index(standard), key=key, bind="query-params", width=165)


def _day(label: str, key: str, found: Options, told: str | None = None) -> None:
    st.date_input(
        label,
        value=None,
        key=key,
        bind="query-params",
        format="YYYY-MM-DD",
        min_value=found.first_day,
        max_value=found.as_of,
        help=told,
        width=150,
    )


def _choice(label: str, field: str, found: Options, width: int | Literal["stretch"] = 165) -> None:
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


def asked() -> Ask:
    """What the filters ask for; where there is nothing to ask of, an honest empty page, and the run ends."""
    found = ask()
    if found is None:
        no_data()
        st.stop()
    return found


def no_data() -> None:
    """What an own store shows that knows no day up to which it speaks: without files, or without dated deals."""
    found = options()
    if found.deals:
        nothing_to_show(
            "Your deals are in, but no date in them says up to which day they speak.",
            "On the Data page undo the import, drop the file again and say which day it shows: the numbers appear "
            "right after. An export with the day each deal was created or closed says it by itself.",
            page="data",
        )
        return
    if found.activities:
        nothing_to_show(
            "Your activities are in, and no deals yet.",
            "Drop an export of your deals on the Data page: it says up to which day the numbers go.",
            page="data",
        )
        return
    nothing_to_show(
        "None of your own files is in yet.",
        "Drop an export of your deals on the Data page: CSV or XLSX, from any CRM. The numbers appear right after.",
        page="data",
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
        compare_to=compare_day(compare, span.last, state.get("compare_day"), found.fiscal_start),
        slice=Slice(
            owners=_chosen("owner", found),
            teams=_chosen("team", found),
            pipelines=_chosen("pipeline", found),
            segments=_chosen("segment", found),
            sources=_chosen("source", found),
            products=_chosen("product", found),
        ),
        currency=found.currency,
    )


def _chosen(field: str, found: Options) -> tuple[str, ...]:
    value = st.session_state.get(_KEYS[field])
    return (value,) if value is not None and value in found.choices(field) else ()
