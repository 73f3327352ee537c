"""The two tabs of the Leading signals page: what to look at, and the board of everything against every result."""

from __future__ import annotations

import streamlit as st

from kpi_engine.views.ask import Ask
from kpi_engine.views.leading import N_BEST, Leading, pair_of
from kpi_engine.views.words import symbol
from ui import columns
from ui.blocks import chart, colours, escape, grid, notes, opening
from ui.charts.leading import board_figure, groups_figure, lag_figure, side_by_side_figure
from ui.charts.look import CONFIG

_KPI, _RESULT, _ROUND = "lead", "result", "board_round"
_LEGEND = (
    "A number: it leads, by so many weeks. In orange: it moves the other way. "
    "Pale: no evidence. Hollow: not enough weeks."
)
_STRENGTH = (
    "How closely the weeks of one go with the weeks of the other, once season, trend, holidays and the weeks just "
    "before are taken out of both: 0 is not at all, 1 is always up and down together. The band is how strong the "
    "strongest of all lags looks between unrelated numbers, 19 times in 20."
)


def signals_tab(view: Leading) -> None:
    """The best leads as sentences and pictures, and what the weekly talk can do without."""
    opening(view.sentence)
    if view.best:
        for column, lead in zip(st.columns(N_BEST)[: len(view.best)], view.best, strict=True):
            with column.container(border=True, height="stretch", key=f"best_{lead.kpi}"):
                st.markdown(f"**{escape(lead.title)}**")
                st.plotly_chart(
                    groups_figure(lead.groups, lead.later, colours()),
                    theme=None,
                    config=CONFIG,
                    key=f"best_chart_{lead.kpi}",
                    alt=f"{lead.later}, after weeks with few, some and many {lead.title}. {lead.sentence}",
                )
                st.markdown(escape(lead.sentence))
                with st.expander("Table", icon=":material/table_rows:"):
                    grid(lead.groups, columns.lead_groups(lead.title, lead.later), f"best_table_{lead.kpi}")
    st.subheader(
        "For the weekly talk",
        anchor=False,
        help="Leading first, for it can still be changed.",
    )
    grid(view.talk, columns.talk(), "talk")
    st.markdown("**Results come last**")
    grid(view.last, columns.talk(), "last")
    notes(view.notes)


def board_tab(view: Leading, ask: Ask) -> None:
    """Every KPI against every result; the one that is clicked is drawn beside it."""
    kpi, result = chosen(view)
    left, right = st.columns([5, 6], gap="large")
    with left, st.container(key="board"):
        st.plotly_chart(
            board_figure(view.cells, (kpi, result), colours()),
            theme=None,
            config=CONFIG,
            key=_chart_key(),
            alt="Every KPI against every result: by how many weeks it leads, or that nothing shows it does.",
            on_select=_take_click,
            selection_mode="points",
        )
        st.caption(_LEGEND)
        with st.expander("Table", icon=":material/table_rows:"):
            grid(view.cells, columns.board(), "board_table")
    with right:
        _pair(view, kpi, result, ask)
    notes(view.notes)


def chosen(view: Leading) -> tuple[str, str]:
    """The pair on screen: the one in the address, else the best one."""
    best = view.best[0] if view.best else None
    usual = (best.kpi, best.result) if best else (next(iter(view.kpis)), next(iter(view.results)))
    return _one_of(_KPI, view.kpis, usual[0]), _one_of(_RESULT, view.results, usual[1])


def _one_of(key: str, known: dict[str, str], usual: str) -> str:
    """What a list holds, before it is drawn: its own value, else the label that stands in the address."""
    value = st.session_state.get(key)
    if value is None:
        value = {label: name for name, label in known.items()}.get(st.query_params.get(key, ""))
    if value not in known:
        value = st.session_state[key] = usual
    return str(value)


def _pair(view: Leading, kpi: str, result: str, ask: Ask) -> None:
    with st.container(horizontal=True):
        for label, key, options in (("Leading", _KPI, view.kpis), ("Result", _RESULT, view.results)):
            st.selectbox(
                label,
                list(options),
                key=key,
                bind="query-params",
                format_func=options.__getitem__,
                on_change=_let_go,
                help="Choose here, or click a square of the board.",
            )
    pair = pair_of(view, kpi, result, ask.currency)
    opening(pair.sentence)
    names = (view.kpis[kpi], view.results[result])
    if not pair.lags.empty:
        st.markdown("**How many weeks later**", help=_STRENGTH)
        st.plotly_chart(
            lag_figure(pair.lags, pair.chance, colours()),
            theme=None,
            config=CONFIG,
            key="lags",
            alt=f"Strength of the link by weeks in between. {pair.sentence}",
        )
    if not pair.weeks.empty:
        figure = side_by_side_figure(pair, names, colours(), symbol(ask.currency))
        chart(figure, f"{pair.title}, week by week. {pair.sentence}", pair.weeks, columns.series(*names), "series")


def _chart_key() -> str:
    return f"board_chart_{st.session_state.get(_ROUND, 0)}"


def _let_go() -> None:
    """A choice in the lists lets go of the square that was clicked: under another key the board is drawn anew."""
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def _take_click() -> None:
    """A click on a square chooses its pair, as the lists would."""
    points = st.session_state[_chart_key()].selection.points
    named = points[0].get("customdata") if points else None
    named = named[0] if isinstance(named, list | tuple) else named
    if isinstance(named, str) and "|" in named:
        st.session_state[_KPI], st.session_state[_RESULT] = named.split("|")
