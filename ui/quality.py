"""The tabs of the Quality page."""

from __future__ import annotations

from datetime import date
from functools import partial

import streamlit as st

from kpi_engine import workspace
from kpi_engine.agreements.qualification import KINDS, NEEDS, Rule, agree, agreed_between
from kpi_engine.errors import TidelineError
from kpi_engine.views.ask import Ask
from kpi_engine.views.exceptions import exceptions_view
from kpi_engine.views.quality import PARTS, quality_view
from kpi_engine.views.quality_funnel import CUTS, STEP_LABELS, RatioBy, behind_view, funnel_view, ratio_view
from kpi_engine.views.quality_path import PAIRS, path_view
from kpi_engine.views.rule import KIND_LABELS, NEED_LABELS, RuleView, rule_view
from kpi_engine.views.words import symbol
from kpi_engine.views.yields import yields_view
from ui import columns
from ui.blocks import chart, colours, escape, grid, notes, nothing_to_show, opening, table_behind
from ui.charts.look import CONFIG
from ui.charts.quality import meetings_figure, weekly_figure
from ui.charts.ratios import intervals_figure, path_figure, people_figure, ratio_line_figure, steps_figure
from ui.session import cached, showing, store

_RULE, _SAVED = "judged_by", "rule_saved"
_THEN, _TODAY = "then", "today"
_JUDGED = {_THEN: "The rule of their day", _TODAY: "Today's rule"}


def rule_switch(ask: Ask) -> str:
    """By which rule meetings are judged, offered once there is more than the default; returns the choice."""
    if not cached(rule_view, ask.at_one_day()).has_agreed:
        return _THEN
    chosen = st.segmented_control(
        "Judge meetings by", list(_JUDGED), format_func=_JUDGED.__getitem__, default=_THEN, key=_RULE, required=True,
        bind="query-params",
    )  # fmt: skip
    return str(chosen)


def meetings_tab(ask: Ask, rule: str) -> None:
    """Meetings by what they were worth, and how much of everything was done."""
    view = cached(quality_view, ask, rule)
    if view.is_empty:
        nothing_to_show(
            "No activities in this period.",
            "Add an export of calls, meetings and emails, or choose a longer period.",
            page="data",
        )
        return
    opening(view.sentence)
    if view.how_to_record:
        st.info(escape(view.how_to_record), icon=":material/info:")
    if view.has_meetings:
        st.subheader("Meetings held, and what they were worth", anchor=False)
        alt = f"Meetings held per rep by quality. {view.sentence}"
        figure = meetings_figure(view.meetings, list(PARTS.values()), colours())
        chart(figure, alt, view.reps, columns.reps(), "meetings")
        notes(view.notes)
    else:
        told = "Quality is judged on meetings, visits and hosted visits."
        nothing_to_show("No meetings were held in this period.", told)
    if not view.weekly.empty:
        st.subheader("How much was done, week by week", anchor=False)
        figure = weekly_figure(view.weekly, colours())
        chart(figure, "Activities per week by type", view.weekly, columns.weekly(), "weekly")


def funnel_tab(ask: Ask, rule: str) -> None:
    """Counts from the telephone to the order, and the ratio of any two."""
    view = cached(funnel_view, ask, rule)
    if view.is_empty:
        nothing_to_show("Nothing was done in this period.", "Choose a longer period, or add an export.", page="data")
        return
    opening(view.sentence)
    left, right = st.columns([5, 6], gap="large")
    with left:
        st.subheader("How much", anchor=False)
        alt = f"Counts by step. {view.sentence}"
        chart(steps_figure(view.steps, colours()), alt, view.steps, columns.steps_of_work(), "steps_of_work")
    with right:
        st.subheader("How good", anchor=False)
        figure = intervals_figure(view.rates, colours(), "share, with its 80 % band")
        chart(figure, "Ratios between the steps with their intervals", view.rates, columns.ratios(), "rates")
    notes(view.notes)
    _any_two(ask, rule)


def _any_two(ask: Ask, rule: str) -> None:
    st.subheader("Any two steps, cut as you like", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom", key="any_two"):
        names = list(STEP_LABELS)
        part = st.selectbox("How many", names, names.index("qualified_meetings"), format_func=STEP_LABELS.__getitem__,
                            key="ratio_part", bind="query-params", width=220)  # fmt: skip
        base = st.selectbox("for each of", names, names.index("meetings_held"), format_func=STEP_LABELS.__getitem__,
                            key="ratio_base", bind="query-params", width=220)  # fmt: skip
        cut = st.segmented_control("by", list(CUTS), format_func=CUTS.__getitem__, default="owner", key="ratio_by",
                                   required=True, bind="query-params")  # fmt: skip
    view = cached(ratio_view, ask, f"{rule}|{part}|{base}|{cut}")
    st.markdown(escape(view.sentence))
    if view.frame.empty:
        st.caption("Nothing of either in this period.")
        return
    title = f"{view.label.lower()}, with its 80 % band"
    if view.is_time:
        figure = ratio_line_figure(view.frame, colours(), "", view.is_share)
    else:
        figure = intervals_figure(view.frame.rename(columns={"group": "label"}), colours(), title, view.is_share)
    chart(figure, f"{view.sentence} By {CUTS[cut].lower()}.", view.frame,
          columns.ratio_by(CUTS[cut], view.part_label, view.base_label, view.is_share), "ratio_cut")  # fmt: skip
    _rows_behind(ask, rule, view, str(part), str(base), str(cut))


def _rows_behind(ask: Ask, rule: str, view: RatioBy, part: str, base: str, cut: str) -> None:
    """The rows of one side of the ratio, of all groups or of one: they add up to it."""
    with st.expander("The rows behind", icon=":material/list:"):
        with st.container(horizontal=True, vertical_alignment="bottom", key="behind_choice"):
            step = st.segmented_control("Rows of", list(dict.fromkeys([part, base])), default=part, required=True,
                                        format_func=STEP_LABELS.__getitem__, key=f"behind_{part}_{base}")  # fmt: skip
            groups = dict(zip(view.frame["key"], view.frame["group"], strict=True))
            key = st.selectbox(CUTS[cut], list(groups), index=None, placeholder="All", key=f"behind_group_{cut}",
                               format_func=lambda value: groups.get(value, value), width=260)  # fmt: skip
        where = f"|{cut}|{key}" if key is not None else "||"
        behind = cached(behind_view, ask, f"{rule}|{step}{where}")
        st.markdown(escape(behind.sentence))
        grid(behind.rows, columns.behind(), "behind_rows")


def path_tab(ask: Ask, rule: str) -> None:
    """Where a rep or the team was and is, between much and good."""
    pair = st.segmented_control("Show", list(PAIRS), format_func=lambda name: PAIRS[name][2], default="meetings",
                                key="path_of", required=True, bind="query-params",
                                label_visibility="collapsed")  # fmt: skip
    view = cached(path_view, ask, f"{rule}|{pair}")
    if view.why_empty:
        nothing_to_show("No path to draw.", view.why_empty)
        return
    opening(view.sentence)
    figure = path_figure(view.points, view.lines, view.band, colours(), view.x_label, view.y_label)
    chart(figure, f"Quantity against quality. {view.sentence}", view.points, columns.path(), "path")
    dotted = "Dotted: the same result all along, by more or by better work. Paler points are older."
    notes((dotted, *((view.band_words,) if view.band_words else ("Choose a rep to follow one person.",))))


def exceptions_tab(ask: Ask, rule: str) -> None:
    """Whether exceptions and hosted visits paid, and whose they were."""
    view = cached(exceptions_view, ask, rule)
    if view.is_empty:
        nothing_to_show(
            "No deal has a meeting that was held.",
            "Add an export of meetings that names the deal they belong to, and an export of the deals.",
            page="data",
        )
        return
    opening(view.sentence)
    st.subheader("How often deals were won, by their first meeting", anchor=False)
    drawn = view.paid.rename(columns={"win_rate": "value"})
    figure = intervals_figure(drawn, colours(), "share won, with its 80 % band", longest=48)
    alt = f"Win rate by the first meeting held. {view.sentence}"
    chart(figure, alt, view.paid, columns.payback(symbol(ask.currency)), "payback")
    notes(view.notes)
    st.subheader("Whose exceptions, and why", anchor=False)
    st.markdown(escape(view.whose_sentence))
    if not view.whose.empty:
        grid(view.whose, columns.exceptions(), "whose_exceptions")


def yields_tab(ask: Ask, rule: str) -> None:
    """What comes of the work, by type; people; and whether asking once more pays."""
    view = cached(yields_view, ask, rule)
    if view.is_empty:
        what = "It takes activities that name their deal, and deals."
        nothing_to_show("Nothing to weigh in this period.", what, "data")
        return
    money = symbol(ask.currency)
    opening(view.sentence)
    left, right = st.columns([2, 1], gap="medium")
    with left:
        st.subheader("Expected value gained for each activity", anchor=False)
        if not view.types.empty:
            drawn = view.types[view.types["activities"] > 0].rename(
                columns={"gained_each": "value", "gained_lower": "lower", "gained_upper": "upper"}
            )
            figure = intervals_figure(drawn, colours(), "for each activity", is_share=False, prefix=money)
            alt = f"Expected value gained by type of activity. {view.sentence}"
            st.plotly_chart(figure, theme=None, config=CONFIG, key="yields", alt=alt)
    with right:
        st.subheader("In this period", anchor=False)
        grid(view.headline, columns.yield_headline(), "yield_headline")
    if not view.types.empty:  # as wide as the page: it has many columns
        table_behind(view.types, columns.yields(money), "yields")
    notes(view.notes)
    st.subheader("The people the work reaches", anchor=False)
    st.markdown(escape(view.people_sentence))
    if not view.people.empty:
        chart(people_figure(view.people, colours()), view.people_sentence, view.people, columns.people(), "people")
    if not view.touches.empty:
        st.subheader("Does asking once more pay?", anchor=False)
        st.markdown(escape(view.touches_sentence))
        drawn = view.touches.rename(columns={"touches": "label"})
        figure = intervals_figure(drawn, colours(), "share that said yes, by number of contacts")
        chart(figure, view.touches_sentence, view.touches, columns.touches(), "touches")


def rule_tab(ask: Ask, rule: str) -> None:
    """The agreement between inside and field sales: read it, change it, see those before."""
    view = cached(rule_view, ask.at_one_day())
    opening(view.sentence)
    if st.session_state.pop(_SAVED, False):
        st.success("Saved, and every meeting was judged anew.", icon=":material/check_circle:")
    can_edit = showing() == "own" and view.may_decide
    if showing() == "sample":
        st.text("The sample's rule stays as it ships. Put your own files on screen to agree on yours.")
    _editor(view, can_edit)
    st.subheader("Rules so far", anchor=False)
    grid(view.versions, columns.rule_versions(), "rule_versions")


def _editor(view: RuleView, can_edit: bool) -> None:
    now = view.rule
    with st.form("rule", border=True):
        left, right = st.columns(2, gap="large")
        with left:
            needs = st.pills("Must be known", list(NEEDS), selection_mode="multi", default=list(now.needs),
                             format_func=NEED_LABELS.__getitem__, key=_key("needs"), disabled=not can_edit)  # fmt: skip
            kinds = st.pills("of", list(KINDS), selection_mode="multi", default=list(now.kinds),
                             format_func=KIND_LABELS.__getitem__, key=_key("kinds"), disabled=not can_edit)  # fmt: skip
            hosted = st.toggle("A hosted visit qualifies itself", now.hosted_visit, key=_key("hosted"),
                               disabled=not can_edit)  # fmt: skip
            known = list(dict.fromkeys([*now.exceptions, *view.reasons]))
            exceptions = st.multiselect(
                "Allowed exceptions", known, list(now.exceptions), key=_key("exceptions"), accept_new_options=True,
                placeholder="Any reason that is written down", disabled=not can_edit,
            )  # fmt: skip
        with right:
            inside = st.text_input("Agreed for inside sales by", key=_key("inside"), disabled=not can_edit)
            field = st.text_input("Agreed for field sales by", key=_key("field"), disabled=not can_edit)
            since = st.date_input("In force from", view.standard_day, min_value=view.earliest or date(1990, 1, 1),
                                  format="YYYY-MM-DD", key=_key("since"), disabled=not can_edit)  # fmt: skip
            note = st.text_input("Note", key=_key("note"), disabled=not can_edit)
        if st.form_submit_button("Save the rule", type="primary", disabled=not can_edit, key="save_rule"):
            _save(
                Rule(
                    needs=tuple(needs),
                    kinds=tuple(kinds),
                    exceptions=tuple(exceptions),
                    hosted_visit=hosted,
                    effective_date=since if isinstance(since, date) else None,
                    note=note,
                ),
                inside,
                field,
            )


def _key(name: str) -> str:
    """It follows the store and its facts, so that the rule in force is what is shown."""
    return f"rule_{name}_{showing()}_{store().facts_version}"


def _save(rule: Rule, inside: str, field: str) -> None:
    try:
        agreed = agreed_between(rule, inside, field)
        with st.spinner("Judging every meeting anew…"):
            workspace.decide(store("own"), partial(agree, rule=agreed))
    except TidelineError as error:
        st.error(f"{escape(error)} Nothing was changed.", icon=":material/error:")
        return
    st.session_state[_SAVED] = True
    st.rerun()
