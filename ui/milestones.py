"""The tab Milestones: from stage to stage, how long in each, and the deals that stay longest."""

from __future__ import annotations

import streamlit as st

from kpi_engine.views.ask import Ask
from kpi_engine.views.milestones import CUTS, FROM_CREATION, Milestones, milestone_cut_view, milestones_view
from kpi_engine.views.words import symbol
from ui import columns
from ui.blocks import colours, escape, grid, notes, nothing_to_show, opening, table_behind
from ui.charts.look import CONFIG, Figure
from ui.charts.milestones import cohort_figure, days_figure, funnel_figure, groups_figure
from ui.session import cached

_STAGE, _CUT, _FROM = "milestone_stage", "milestones_by", "milestones_from"


def milestones_block(ask: Ask) -> None:
    """Everything the tab shows."""
    view = cached(milestones_view, ask)
    if view.is_empty:
        why = "Nothing matches the filters, or no export of deals was imported."
        nothing_to_show("No deals here.", why, page="data")
        return
    opening(view.sentence)
    if view.has_ways:
        _way(view, symbol(ask.currency))
    else:
        nothing_to_show(
            "No stage history.",
            "Add an export of the stage history, or upload your deals every week: each upload shows what has moved "
            "since the one before.",
            page="data",
        )
    _cuts(ask)
    notes(view.notes)


def _way(view: Milestones, money: str) -> None:
    """Funnel, days, and the deals that wait."""
    alt = f"Deals that reached each stage, went on and were won. {view.sentence} {view.overall}"
    st.caption(escape(view.overall))
    st.caption("Bars count deals so far. Shares also reckon with what the open ones are still to do.")
    _clickable(funnel_figure(view.funnel, colours()), alt, "funnel")
    table_behind(view.table, columns.milestones(), "milestones")
    st.subheader("How long deals stay", anchor=False)
    st.caption("The bar holds eight deals of ten; the mark stands where half have left. Open deals are counted too.")
    _clickable(days_figure(view.days, colours()), f"Days in each stage. {view.sentence}", "stage_days")
    table_behind(view.table, columns.stage_days(), "stage_days")
    st.subheader("The deals that have been there longest", anchor=False)
    stages = [stage for stage in view.stages if (view.waiting["stage"] == stage).any()]
    if not stages:
        st.caption("No deal is open here.")
        return
    if st.session_state.get(_STAGE) not in stages:
        st.session_state[_STAGE] = view.stuck if view.stuck in stages else stages[-1]
    picked = st.segmented_control(
        "Stage", stages, key=_STAGE, help="Click a bar above, or choose here.",
        label_visibility="collapsed", required=True,
    )  # fmt: skip
    grid(view.waiting[view.waiting["stage"] == picked], columns.waiting(money), "waiting")


def _clickable(figure: Figure, alt: str, key: str) -> None:
    """A figure whose bars choose the stage whose deals are listed."""

    def take() -> None:
        points = st.session_state[key].selection.points
        stage = points[0].get("customdata") if points else None
        stage = stage[0] if isinstance(stage, list | tuple) else stage
        if stage:
            st.session_state[_STAGE] = stage

    st.plotly_chart(figure, theme=None, config=CONFIG, key=key, alt=alt, on_select=take, selection_mode="points")


def _cuts(ask: Ask) -> None:
    """The share won by quarter, segment, source, or a rep's own quarters."""
    st.subheader("How many are won", anchor=False)
    with st.container(horizontal=True, vertical_alignment="top", key="milestone_cut"):
        cut = st.segmented_control(
            "By", list(CUTS), format_func=CUTS.__getitem__, default="cohort", key=_CUT, required=True,
            bind="query-params",
        )  # fmt: skip
        chosen = st.session_state.get(_FROM) or FROM_CREATION
        view = cached(milestone_cut_view, ask, f"{cut}:{chosen}")
        if len(view.stages) > 1:
            st.selectbox(
                "Counted from", view.stages, index=None, placeholder=view.stage, key=_FROM, width=200,
            )  # fmt: skip
    if view.why_empty:
        st.info(escape(view.why_empty), icon=":material/info:")
        return
    st.caption(escape(view.caption))
    is_cohort = cut in ("cohort", "rep")
    figure = (cohort_figure if is_cohort else groups_figure)(view.drawn, colours())
    st.plotly_chart(figure, theme=None, config=CONFIG, key=f"won_by_{cut}", alt=view.caption)
    table_behind(view.frame, columns.milestone_groups("Quarter" if is_cohort else CUTS[view.cut]), "won_by")
