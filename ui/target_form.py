"""Agreeing on a target: who, what, when; how likely it is as it moves; and what both say."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import streamlit as st

from kpi_engine.agreements.targets import agree, withdraw
from kpi_engine.metrics.kinds import Unit
from kpi_engine.views.ask import Ask
from kpi_engine.views.target_goal import Choices, Goal, asking, choices_view, goal_view, shown_target, taken_target
from kpi_engine.views.targets import Targets
from ui import columns
from ui.blocks import chart, colours, escape, grid, notes, nothing_to_show
from ui.charts.targets import chance_figure
from ui.keys import slug
from ui.me import me, other_key
from ui.session import cached
from ui.targets import agreement, decided

_REP, _KPI, _PERIOD, _TARGET = "for_rep", "for_kpi", "for_period", "target_at"


def agree_block(view: Targets, ask: Ask) -> None:
    """Choose, try, agree."""
    found = _chosen(view, ask)
    if found is None:
        return
    owner, kpi, period = found
    here = cached(goal_view, ask, asking(owner, kpi, period))
    if here is None:
        return
    target = _slider(here)
    goal = here
    if target != here.tried:
        goal = cached(goal_view, ask, asking(owner, kpi, period, target)) or here
    left, right = st.columns([3, 2], gap="large")
    with left:
        _chance(goal)
    with right:
        if goal.held is not None:
            st.markdown(escape(goal.held.text))
        if goal.may_agree:
            _form(goal)
        else:
            st.caption("Amounts are an index on this shared screen. To agree on one, show amounts as they are.")
    _past(goal)


def _chosen(view: Targets, ask: Ask) -> tuple[str, str, str] | None:
    """Whom, what and when; in the address, so that a link leads to the same target."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="goal"):
        if st.session_state.get(_REP) not in view.reps:
            st.session_state.pop(_REP, None)
        owner = st.selectbox("With", view.reps, index=0, key=_REP, bind="query-params", width=220)
        if owner is None:
            return None
        offered = cached(choices_view, ask, owner)
        if not offered.kpis:
            nothing_to_show(
                f"Nothing of {owner}'s own to build on yet.",
                "In the last 52 weeks no activity and no deal is known of them: a target would rest on nothing.",
                page="data",
            )
            return None
        kpi = _kpi(offered)
        periods = list(offered.periods)
        given = st.session_state.get(_PERIOD)
        if given and given not in periods:
            periods.append(given)
        begin = 0 if given else periods.index(offered.period)  # Streamlit warns of a default beside a value that is set
        period = st.selectbox(
            "For", periods, index=begin, key=_PERIOD, bind="query-params", width=140
        )
    notes((_about(offered, kpi),))
    return owner, kpi, period or offered.period


def _kpi(offered: Choices) -> str:
    """Leading KPIs first, of those this person has data of their own for."""
    names = {one.name: one for one in offered.kpis}
    if st.session_state.get(_KPI) not in names:
        st.session_state.pop(_KPI, None)
    chosen = st.selectbox(
        "KPI, leading ones first",
        list(names),
        index=0,
        key=_KPI,
        bind="query-params",
        width=280,
        format_func=lambda name: names[name].label,
    )
    return chosen or next(iter(names))


def _about(offered: Choices, kpi: str) -> str:
    """What kind of KPI it is, and what it comes to for this person."""
    one = next(one for one in offered.kpis if one.name == kpi)
    kind = "moves before the results do, and can be steered" if one.is_leading else "is a result"
    return f"{one.label} {kind}. Their own: {one.usual}. {one.meaning}"


def _slider(goal: Goal) -> float:
    """The target on trial, as it is kept. It stays for another person, KPI or period, where it lies within their
    scale: so two people can be looked at with the same target."""
    if not goal.steps:
        return goal.tried
    low, high, step, now = (shown_target(goal, value) for value in (*goal.ends, goal.tried))
    held = st.session_state.get(_TARGET)
    if _TARGET in st.session_state and (held is None or not low <= held <= high):
        st.session_state[_TARGET] = now
    picked = st.slider(
        "If the target were" + (" (%)" if goal.unit is Unit.SHARE else ""),
        min_value=low,
        max_value=high,
        value=None if _TARGET in st.session_state else now,
        step=step,
        key=_TARGET,
        bind="query-params",
        format="%,.0f",
    )
    return taken_target(goal, picked)


def _chance(goal: Goal) -> None:
    """How likely it is, in a sentence and as a picture; what would be fair, and why."""
    st.markdown(f"**{escape(goal.sentence)}**")
    if not goal.curve.empty:
        chart(
            chance_figure(goal.curve, goal.tried, goal.on_trial, colours()),
            f"Chance of reaching {goal.label} in {goal.period} by target. {goal.sentence}",
            goal.curve,
            columns.chance_curve(),
            "chance",
        )
    if goal.suggestion:
        st.markdown(f":material/lightbulb: {escape(goal.suggestion)}")
    notes(tuple(line for line in (goal.told_so_far, goal.team) if line))


def _form(goal: Goal) -> None:
    """What both say."""
    key = slug(f"{goal.owner} {goal.kpi} {goal.period}")
    with st.form(f"agree_{key}", border=True):
        share = goal.unit is Unit.SHARE
        st.number_input(
            "Target (%)" if share else "Target",
            min_value=0.0,
            value=shown_target(goal, goal.tried),
            step=1.0,
            format="%g" if share else "%.0f",
            key=f"agree_target_{key}_{goal.tried}",
        )
        by, other = st.columns(2)
        by.text_input("Agreed by", goal.owner, key=f"agree_by_{key}", max_chars=80)
        other.text_input("and", me(), key=other_key(f"agree_with_{key}"), max_chars=80, placeholder="The other name")
        st.text_input("Why this one", key=f"agree_why_{key}", max_chars=300, placeholder="What makes it fair")
        day, again = st.columns(2)
        day.date_input("Agreed on", goal.agreed_date, key=f"agree_on_{key}", format="YYYY-MM-DD")
        again.date_input("Next review", goal.review, key=f"agree_review_{key}", format="YYYY-MM-DD")
        with st.container(horizontal=True):
            st.form_submit_button("Agree", type="primary", key=f"agree_{key}_do", on_click=_agreed, args=(goal, key))
            if goal.can_review:
                st.form_submit_button("Take it back", key=f"agree_{key}_undo", on_click=_taken_back, args=(goal, key))


def _said(goal: Goal, key: str) -> Any:
    state = st.session_state
    return agreement(
        by=state.get(f"agree_by_{key}") or "",
        other=state.get(other_key(f"agree_with_{key}")) or "",
        day=state.get(f"agree_on_{key}"),
        why=state.get(f"agree_why_{key}") or "",
        again=state.get(f"agree_review_{key}"),
        seen=goal.seen,
    )


def _agreed(goal: Goal, key: str) -> None:
    typed = st.session_state.get(f"agree_target_{key}_{goal.tried}") or 0.0
    target, said = Decimal(str(taken_target(goal, typed))), _said(goal, key)
    done = f"Agreed: {goal.label}, {goal.period}, {goal.owner}."
    decided((goal.owner, goal.kpi, goal.period), lambda session, about: agree(session, about, target, said), done)


def _taken_back(goal: Goal, key: str) -> None:
    said = _said(goal, key)
    done = f"Taken back: {goal.label}, {goal.period}, {goal.owner}."
    decided((goal.owner, goal.kpi, goal.period), lambda session, about: withdraw(session, about, said), done)


def _past(goal: Goal) -> None:
    """The person's own past, and every decision about this target."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"**{escape(goal.owner)} before**")
        if goal.before.empty:
            st.caption("No such period is known before this one.")
        else:
            grid(goal.before, columns.own_past(), "own_past")
    with right:
        st.markdown("**What was decided about it**")
        if goal.history.empty:
            st.caption("Nothing yet.")
        else:
            grid(goal.history, columns.target_history(), "target_history")
